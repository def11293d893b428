"""The keys that say how the broker is reached, in words."""

from mqtt_tui.profiles.words import Section, Words

BROKER = Section(
    "Broker",
    "Where it is, and who asks.",
    (
        Words(
            "url",
            "Address",
            "mqtt://, mqtts:// (TLS), ws://, wss:// or unix://",
            placeholder="mqtts://broker.example:8883",
        ),
        Words(
            "username",
            "User name",
            "Left out where the broker asks for none.",
            flag="-u --username NAME",
            placeholder="none",
        ),
        Words("password", "Password", "Where it comes from; left out, none is sent.", flag="-P --pw PASSWORD"),
        Words("protocol", "MQTT version", "auto tries 5, then 3.1.1, then 3.1.", flag="-V --protocol-version VERSION"),
        Words(
            "client_id",
            "Client id",
            "Left out, each connection has a random one.",
            flag="-i --id ID",
            placeholder="random",
        ),
        Words(
            "read_only",
            "Read only",
            "On: nothing is ever published to this broker, not even the will.",
            flag="--read-only",
        ),
        Words(
            "protect",
            "Protect",
            "ask: the header is red, and each message that is published is confirmed.",
            flag="--protect none|ask",
        ),
        Words("auto_connect", "Auto-connect", "On: opened in a tab at each start without arguments."),
        Words(
            "memory",
            "Memory",
            "MiB that its messages may take at most; left out, as much as config.toml allows all brokers together.",
            flag="--memory MIB",
            placeholder="no limit of its own",
        ),
        Words("group", "Group", "Profiles of one group stand together in the list.", placeholder="none"),
    ),
)

TLS = Section(
    "TLS",
    "How the broker proves who it is, and this client too.",
    (
        Words(
            "tls.verify",
            "Verify broker",
            "A valid certificate for the broker's name is needed.",
            flag="--insecure",
            caution="Not verified: anybody on the way can pose as the broker and read all, the password too.",
        ),
        Words(
            "tls.verify_host",
            "Verify name",
            "The certificate has to be for the name that is connected to.",
            flag="--any-host-name",
            caution="Any host with a certificate of a trusted authority can pose as the broker.",
        ),
        Words(
            "tls.ca_file",
            "CA file",
            "Authorities to trust in place of the system's: PEM or DER.",
            flag="--cafile FILE",
            placeholder="the system's",
        ),
        Words(
            "tls.ca_directory",
            "CA directory",
            "The same, one file each, named by openssl rehash.",
            flag="--capath DIRECTORY",
            placeholder="none",
        ),
        Words(
            "tls.system_authorities",
            "System's too",
            "On: the system's authorities are trusted besides those of the CA file or directory.",
            flag="--system-authorities",
        ),
        Words(
            "tls.certificate_file",
            "Certificate",
            "Client certificate where the broker asks for one: PEM, DER or PKCS#12 (.p12, .pfx).",
            flag="--cert FILE",
            placeholder="none",
        ),
        Words(
            "tls.key_file",
            "Key file",
            "Its private key, where it has a file of its own: PEM or DER.",
            flag="--key FILE",
            placeholder="in the certificate's file",
        ),
        Words("tls.key_password", "Passphrase", "Of an encrypted key, or of the PKCS#12 file."),
        Words(
            "tls.server_name",
            "Server name",
            "The name to ask for (SNI) and to verify, where it is not the address's.",
            flag="--server-name HOST",
            placeholder="the address's",
        ),
        Words(
            "tls.alpn",
            "ALPN",
            "Protocols to offer, such as mqtt or x-amzn-mqtt-ca.",
            flag="--tls-alpn NAME",
            placeholder="none",
        ),
        Words("tls.minimum_version", "At least TLS", "Older versions are refused.", flag="--tls-version VERSION"),
        Words(
            "tls.ciphers",
            "Ciphers",
            "In OpenSSL's words, for TLS 1.2 and older.",
            flag="--ciphers LIST",
            placeholder="the system's",
        ),
    ),
    only="tls",
)

WEBSOCKET = Section(
    "WebSocket",
    "What the handshake says; its path is the URL's.",
    (
        Words(
            "websocket.subprotocol",
            "Sub-protocol",
            "mqtt, or mqttv3.1 for some old brokers; empty asks for none.",
            flag="--ws-subprotocol NAME",
            placeholder="none",
        ),
        Words(
            "websocket.headers",
            "HTTP headers",
            "Sent with the handshake; treated like passwords.",
            flag="--ws-header HEADER...",
            placeholder="name",
        ),
    ),
    only="websocket",
)

NETWORK = Section(
    "Network",
    "The way there, and how long to wait.",
    (
        Words(
            "proxy.url",
            "Proxy",
            "socks5://, socks4:// or http://, with a user if need be; it looks up the broker's name.",
            flag="--proxy URL",
            placeholder="none",
        ),
        Words("proxy.password", "Its password", "Of the proxy's user; left out, none is sent."),
        Words(
            "proxy.from_environment",
            "From environment",
            "On: the proxy is what MQTT_PROXY or ALL_PROXY name, but for the hosts of NO_PROXY.",
            flag="--proxy-from-environment",
        ),
        Words(
            "proxy.command",
            "Through command",
            "A program whose input and output lead there, such as ssh -W %h:%p jump.",
            flag="--proxy-command COMMAND",
            placeholder="none",
        ),
        Words(
            "bind_address",
            "From address",
            "The local address to connect from.",
            flag="-A --bind-address ADDRESS",
            placeholder="any",
        ),
        Words(
            "connect_timeout",
            "Time-out",
            "Seconds from the name look-up to the broker's answer.",
            flag="--connect-timeout SECONDS",
        ),
        Words(
            "answer_timeout",
            "Answer within",
            "Seconds to wait for an acknowledgement.",
            flag="--answer-timeout SECONDS",
        ),
        Words(
            "keep_alive",
            "Keep alive",
            "Seconds between signs of life; a dead link is noticed soon after.",
            flag="-k --keepalive SECONDS",
        ),
        Words("reconnect.shortest", "First wait", "Seconds to wait after a lost link; each wait is twice the last."),
        Words("reconnect.longest", "Longest wait", "Seconds; the waits grow no further."),
    ),
)
