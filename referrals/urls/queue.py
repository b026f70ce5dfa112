"""The hub's pages: the queue, the file of a referral, decisions and signatures."""

from django.urls import path

from referrals.views import deciding, file, handing, queue, restricting, saved_filters, signing, why

urlpatterns = [
    path("queue/", queue.queue, name="queue"),
    path("queue/take/", queue.take_next, name="take_next"),
    path("queue/since/", queue.queue_since, name="queue_since"),
    path("queue/clear/", queue.queue_clear, name="queue_clear"),
    path("queue/keys/", queue.queue_keys, name="queue_keys"),
    path("queue/hand-over/", handing.hand_over_many, name="hand_over_many"),
    path("queue/filters/", saved_filters.save_filter, name="save_filter"),
    path("queue/filters/<int:pk>/remove/", saved_filters.remove_filter, name="remove_filter"),
    path("queue/find/", queue.find_referral, name="find_referral"),
    path("queue/<ref:reference>/", file.hub_referral, name="hub_referral"),
    path("queue/<ref:reference>/why/", why.why_level, name="why_level"),
    path("queue/<ref:reference>/claim/", queue.claim, name="claim"),
    path("queue/<ref:reference>/put-back/", handing.put_back, name="put_back"),
    path("queue/<ref:reference>/hand-over/", handing.hand_over, name="hand_over"),
    path("queue/<ref:reference>/withdraw/", file.withdraw_indicator, name="withdraw_indicator"),
    path("queue/<ref:reference>/step-away/", file.step_away, name="step_away"),
    path("queue/<ref:reference>/restrict/", restricting.restrict, name="restrict"),
    path("queue/<ref:reference>/admit/", restricting.admit, name="admit"),
    path("queue/<ref:reference>/break-glass/", restricting.break_glass, name="break_glass"),
    path("queue/<ref:reference>/decide/", deciding.decide, name="decide"),
    path("to-sign/", signing.to_sign, name="to_sign"),
    path("to-sign/<int:pk>/", signing.sign, name="sign"),
]
