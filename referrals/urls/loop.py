from django.urls import URLPattern, path

from referrals.views import loop, loops, messages_owed

urlpatterns: list[URLPattern] = [
    path("owed/", loop.owed, name="owed"),
    path("owed/not-known/", loop.not_known, name="not_known"),
    path("owed/calls/<int:pk>/", loop.call, name="call"),
    path("owed/messages/<int:pk>/", messages_owed.message, name="message"),
    path("owed/messages/<int:pk>/resend/", messages_owed.resend, name="resend"),
    path("loops/", loops.closed_loops, name="closed_loops"),
    path("loops/loops-closed.csv", loops.closed_loops_file, name="closed_loops_file"),
]
