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
AMAZON_CONTACT_TIME = Source(
    "Metric definitions: agent contact time",
    "Amazon Connect",
    "https://docs.aws.amazon.com/connect/latest/adminguide/metrics-definitions.html",
)
GENESYS_UTILIZATION = Source(
    "Configure agent utilization", "Genesys Cloud", "https://help.mypurecloud.com/articles/configure-agent-utilization/"
)
GENESYS_CONCURRENCY = Source(
    "How chat concurrency works in workforce management",
    "Genesys Cloud",
    "https://help.dev-genesys.cloud/articles/how-chat-concurrency-works-in-workforce-management",
)
NICE_SESSION = Source(
    "Reporting considerations with omnichannel",
    "NICE CXone",
    "https://help-beta.niceincontact.com/spring19/Content/MAX/ContactHandling/Omnichannel/ReportingConsiderationsWithOmnichannel.htm",
)
SALESFORCE_WORK = Source(
    "AgentWork: handle time and active time",
    "Salesforce",
    "https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_objects_agentwork.htm",
)
TWILIO_WORKLOAD = Source(
    "Workload reporting", "Twilio Flex Insights", "https://www.twilio.com/docs/flex/end-user-guide/insights/workload-reporting"
)
CONCURRENT_HANDLE = Source("Concurrent handle time", "unanswered.io", "https://unanswered.io/guide/concurrent-handle-time-formula")
GINSBURGH_ZANG = Source("The museum pass game and its value", "V. Ginsburgh, I. Zang", "https://doi.org/10.1016/S0899-8256(03)00013-7")
GOES = Source(
    "When more is less: field evidence on multitasking", "P. Goes, N. Ilk, M. Lin, J. L. Zhao", "https://doi.org/10.1287/mnsc.2017.2763"
)
OCCUPANCY = Source("Occupancy", "Calabrio", "https://help.calabrio.com/doc/Content/glossaries/wfm-concepts/occupancy.htm")
