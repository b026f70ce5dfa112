"""Nights: alarms, the rota and the hand-over."""

from django.urls import path

from referrals.views import nights, rota

urlpatterns = [
    path("nights/", nights.nights, name="nights"),
    path("nights/<int:pk>/", nights.night_alarm, name="night_alarm"),
    path("nights/<int:pk>/take/", nights.take_alarm, name="take_alarm"),
    path("nights/mine/", nights.my_on_call, name="my_on_call"),
    path("nights/hand-overs/", nights.hand_overs, name="hand_overs"),
    path("nights/hand-overs/<str:night>/", nights.hand_over_night, name="hand_over_night"),
    path("nights/hand-overs/<str:night>/take-over/", nights.take_over_night, name="take_over_night"),
    path("nights/rota/", rota.rota, name="rota"),
    path("nights/rota/add/", rota.add_shift, name="add_shift"),
    path("nights/rota/copy/", rota.copy_week, name="copy_week"),
    path("nights/rota/hours/", rota.night_hours, name="night_hours"),
    path("nights/rota/numbers/<int:pk>/", rota.night_number, name="night_number"),
    path("nights/rota/<int:pk>/", rota.change_shift, name="change_shift"),
    path("nights/rota/<int:pk>/remove/", rota.remove_shift, name="remove_shift"),
]
