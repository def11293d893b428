"""The keys that say what is asked of the broker, in words."""

from mqtt_tui.profiles.words import Section, Words

TOPICS = Section(
    "Topics",
    "What is subscribed to at each connect, and how it is read.",
    (
        Words("subscriptions", "Topic filters", "# is all levels, + is one.", placeholder="factory/#"),
        Words(
            "decoders",
            "Decoders",
            "Of the filters that match a topic the first counts: json, text, hex, gzip cbor, base64 | jq . and so on.",
        ),
    ),
)

SUBSCRIPTION = Section(
    "Subscription",
    "Each table of subscriptions (MQTT 5.0, 3.8.3.1).",
    (
        Words(
            "filter",
            "Topic filter",
            "Topic filter to subscribe to; $share/NAME/FILTER takes messages away from the group's other members.",
            flag="-t --topic FILTER...",
        ),
        Words("qos", "QoS", "0 at most once, 1 at least once, 2 exactly once.", flag="-q --qos QOS"),
        Words("no_local", "No local", "Leave out what this client publishes itself (MQTT 5).", flag="--no-local"),
        Words("retain_as_published", "Keep RETAIN", "Messages keep the RETAIN that they were published with (MQTT 5)."),
        Words(
            "retain_handling",
            "Retained",
            "Retained messages are sent at each subscribe (0), only at the first (1), or never (2, MQTT 5).",
            flag="--retain-handling 0|1|2",
        ),
        Words(
            "identifier",
            "Identifier",
            "A number that comes with each message of this filter (MQTT 5).",
            flag="--subscription-identifier NUMBER",
            placeholder="none",
        ),
        Words("user_properties", "Properties", "Sent with SUBSCRIBE, in this order; names may repeat (MQTT 5)."),
        Words("alias", "Alias", "What you call it in the list of subscriptions.", placeholder="none"),
        Words("color", "Color", "In which its topics stand in the tree; of several filters the first one counts."),
    ),
    list_of="subscriptions",
)

SESSION = Section(
    "Session",
    "What CONNECT asks for (MQTT 5.0, 3.1).",
    (
        Words(
            "clean_start",
            "Clean start",
            "Off: resume the session that the broker kept for this client id.",
            flag="-c --disable-clean-session",
        ),
        Words(
            "session_expiry_interval",
            "Session expiry",
            "Seconds that the broker keeps the session after the end; 4294967295 is for ever (MQTT 5).",
            flag="-x --session-expiry-interval SECONDS",
        ),
        Words(
            "maximum_packet_size",
            "Largest packet",
            "Bytes; the broker drops larger messages (MQTT 5), and so does this program.",
            flag="--maximum-packet-size BYTES",
        ),
        Words(
            "receive_maximum",
            "In flight",
            "Messages of QoS 1 and 2 that the broker may send before they are acknowledged (MQTT 5).",
            flag="--receive-maximum NUMBER",
        ),
        Words(
            "topic_alias_maximum",
            "Topic aliases",
            "How many short numbers the broker may use for topics, to save bytes on a slow line (MQTT 5).",
            flag="--topic-alias-maximum NUMBER",
        ),
        Words(
            "request_response_information",
            "Ask for responses",
            "On: the broker is asked where responses to requests may go (MQTT 5).",
            flag="--request-response-information",
        ),
        Words(
            "request_problem_information",
            "Ask for reasons",
            "Reason strings may come with every answer (MQTT 5).",
            flag="--no-problem-information",
            caution="Without reason strings a refusal is a number.",
        ),
        Words(
            "authentication_method",
            "Authentication",
            "Name of an enhanced method that needs one step, such as a token's (MQTT 5).",
            flag="--authentication-method NAME",
            placeholder="none",
        ),
        Words("authentication_data", "Its data", "What the method needs, as UTF-8."),
        Words(
            "user_properties",
            "Properties",
            "User properties of CONNECT (MQTT 5).",
            flag="--connect-property NAME=VALUE...",
        ),
    ),
)

WILL = Section(
    "Will",
    "What the broker publishes when this connection is lost (MQTT 5.0, 3.1.3.2).",
    (
        Words("will.topic", "Topic", "Topic of the will.", flag="--will-topic TOPIC", placeholder="no will"),
        Words("will.payload", "Payload", "What it says.", flag="--will-payload TEXT", placeholder="empty"),
        Words("will.qos", "QoS", "QoS of the will.", flag="--will-qos QOS"),
        Words("will.retain", "Retain", "The broker keeps it for later subscribers.", flag="--will-retain"),
        Words(
            "will.delay_interval",
            "Delay",
            "Seconds until it is published; a reconnect before that prevents it (MQTT 5).",
            flag="--will-delay SECONDS",
        ),
        Words(
            "will.message_expiry_interval",
            "Expiry",
            "Seconds after which nobody gets it any more (MQTT 5).",
            flag="--will-expiry SECONDS",
            placeholder="never",
        ),
        Words(
            "will.payload_format_indicator",
            "Format",
            "1: the payload is announced as text (MQTT 5).",
            flag="--will-format 0|1",
        ),
        Words(
            "will.content_type",
            "Content type",
            "Such as application/json (MQTT 5).",
            flag="--will-content-type TYPE",
            placeholder="none",
        ),
        Words(
            "will.response_topic",
            "Response topic",
            "Where answers to it may go (MQTT 5).",
            flag="--will-response-topic TOPIC",
            placeholder="none",
        ),
        Words(
            "will.correlation_data",
            "Correlation",
            "A text by which the answer is known (MQTT 5).",
            flag="--will-correlation-data TEXT",
            placeholder="none",
        ),
        Words(
            "will.user_properties",
            "Properties",
            "User properties of the will (MQTT 5).",
            flag="--will-property NAME=VALUE...",
        ),
    ),
)
