"""The shelf: what the definitions lean on, each named once."""

from __future__ import annotations

from metrics.metric import Source

ICMI = Source("Service level calculations", "ICMI", "http://www.icmi.com/Resources/QueueTips/2005/March/Service-Level-Calculations.aspx")
AMAZON_HISTORICAL = Source(
    "Historical metrics definitions", "Amazon Connect", "https://docs.aws.amazon.com/connect/latest/adminguide/metrics-definitions.html"
)
AMAZON_REAL_TIME = Source(
    "Real-time metrics definitions",
    "Amazon Connect",
    "https://docs.aws.amazon.com/connect/latest/adminguide/real-time-metrics-definitions.html",
)
GENESYS_OFFERED = Source(
    "Why offered is not always answered plus abandoned",
    "Genesys Cloud",
    "https://de-help.inindca.com/faqs/offered-metric-not-always-equal-answered-plus-abandoned-metrics",
)
GENESYS_SERVICE = Source(
    "Configure the service level calculation",
    "Genesys Cloud",
    "https://help.mypurecloud.com/articles/configure-the-service-level-calculation/",
)
GENESYS_HANDLE = Source("Average handle time", "Genesys Cloud", "https://help.mypurecloud.com/glossary/average-handle-time-aht/")
TALKDESK_ABANDON = Source("Abandon rate", "Talkdesk", "https://support.talkdesk.com/hc/en-us/articles/4409581637787-Abandon-Rate")
DYNAMICS = Source(
    "Metrics and dimensions of omnichannel service",
    "Microsoft Dynamics 365",
    "https://learn.microsoft.com/en-us/dynamics365/customer-service/use/service-rep-metrics",
)
KAPLAN_MEIER = Source(
    "Nonparametric estimation from incomplete observations", "E. L. Kaplan, P. Meier", "https://doi.org/10.1080/01621459.1958.10501452"
)
WILSON = Source(
    "Probable inference, the law of succession, and statistical inference", "E. B. Wilson", "https://doi.org/10.1080/01621459.1927.10502953"
)
LIVEPERSON = Source(
    "Real-time data for messaging",
    "LivePerson",
    "https://knowledge.liveperson.com/data-reporting-messaging-real-time-data-real-time-data-for-messaging.html",
)
CONVERGE = Source(
    "Omnichannel support metrics", "Converge", "https://useconverge.app/blog/omnichannel-support-metrics-that-actually-matter"
)
WFM_LABS = Source("First contact resolution", "WFM Labs", "https://wiki.wfmlabs.org/wiki/First_Contact_Resolution")
