import Broker
import BrokerModel

/// The shape of the resources file.
enum ResourceShape {
    static let shape = Shape.object([
        .init("organizations", .list(.object(organization)), "Companies whose people are customers."),
        .init("connections", .list(.object(connection)), "Their identity providers."),
        .init("sites", .list(.object(site)), "The JSM instances behind the gate."),
    ])

    private static let id = Shape.Member("id", .text(.identifier), "Its name in configuration.", isRequired: true)

    private static let organization: [Shape.Member] = [
        id,
        .init("name", .text(.line), "Its name on pages.", isRequired: true),
        .init("enabled", .flag, "Whether its people may sign in.", standard: "true"),
        .init("domains", .list(.text(.domain)), "The mail domains that it owns, each exactly.", standard: "[]"),
        .init("addresses", .list(.text(.address)), "Single addresses outside its domains.", standard: "[]"),
        .init("support", .text(.line), "Whom its people ask for help; shown on error pages."),
        .init(
            "linkRules", .list(.list(.text(.identifier))),
            "Pairs of its connections between which one person may be linked.", standard: "[]"),
        .init("loginSlug", .text(.slug), "The unguessable end of its own sign-in link."),
        .init(
            "enforcement", AccessShape.enforcement,
            "Whether its people are refused or only counted; what portal and site say where it is absent."),
    ]

    private static let connection: [Shape.Member] = [
        id,
        .init("organization", .text(.identifier), "Whose it is.", isRequired: true),
        .init("kind", .text(.identifier), "The provider module that runs it.", isRequired: true),
        .init("name", .text(.line), "Its name on the picker.", isRequired: true),
        .init("enabled", .flag, "Whether people may sign in through it.", standard: "true"),
        .init("domains", .list(.text(.domain)), "Narrows the organization's domains for it."),
        .init("addressPattern", .text(.addressPattern), "Narrows the addresses further; * stands for any characters."),
        .init("guest", .flag, "Its identities never link and never take an e-mail that exists.", standard: "false"),
        .init("public", .flag, "Offered to people whose e-mail no organization owns.", standard: "false"),
        .init("mapping", .list(.object(rule)), "How claims become attributes.", standard: "[]"),
        .init(
            "refreshEvery", .text(.duration("1m", "7d")),
            "How often the IdP is asked whether a live session's person still has access.", standard: "15m"),
        .init(
            "refreshGrace", .text(.duration("1m", "30d")),
            "For how long a session goes on that the IdP does not confirm.", standard: "24h"),
        .init("settings", .settings, "The module's own settings.", isRequired: true),
    ]

    private static let rule: [Shape.Member] = [
        .init("attribute", .text(.attribute), "The attribute's name inside the broker.", isRequired: true),
        .init("claim", .text(.line), "The claim's name as the IdP writes it.", isRequired: true),
        .init("nameFormat", .text(.line), "SAML's NameFormat, where it must match."),
        .init("transforms", .list(transform), "Steps applied in order.", standard: "[]"),
        .init(
            "values",
            .either(
                .choice(["single", "first", "all"]), .oneOf([.init("join", .text(.free), "Joins them with this.")])),
            "What becomes of several values.", standard: "single"),
    ]

    private static let transform = Shape.either(
        .choice(["lower", "trim"]),
        .oneOf([
            .init("capture", .text(.expression), "Keeps the first capture group of the first match."),
            .init(
                "lookup",
                .object([
                    .init("table", .map(.text(.free)), "What each value becomes.", isRequired: true),
                    .init(
                        "otherwise",
                        .either(.choice(["keep", "drop"]), .oneOf([.init("use", .text(.free), "Becomes this.")])),
                        "What becomes of a value that the table does not have.", standard: "keep"),
                ]), "Replaces the value by a table's entry."),
            .init("default", .text(.free), "The value where there is none."),
        ]))

    private static let site: [Shape.Member] = [
        id,
        .init("kind", .choice(Site.Kind.allCases.map(\.rawValue)), "What kind of JSM it is.", isRequired: true),
        .init("origin", .text(.origin), "The origin that customers see.", isRequired: true),
        .init(
            "defaultPath", .text(.path), "Where a login ends without a usable return target.",
            standard: ResourceDefaults.site.defaultPath),
        .init(
            "discovery", .choice(Discovery.allCases.map(\.rawValue)), "What a typed e-mail gives away.",
            standard: ResourceDefaults.site.discovery.rawValue),
        .init(
            "publicPaths", .list(.text(.pathPattern)), "Paths that pass without a session, GET and HEAD only.",
            standard: "[]"),
        .init(
            "theme",
            .object([
                .init("productName", .text(.line), "The name on pages.", standard: Theme().productName),
                .init("logo", .text(.logo), "The logo."),
                .init("colour", .text(.colour), "The accent colour.", standard: Theme().colour),
            ]), "How its pages look."),
        .init("support", .text(.line), "Whom people ask who have no organization."),
        .init(
            "session",
            .object([
                .init("idle", .text(.duration("1m", "30d")), "The longest time without a request.", standard: "8h"),
                .init("absolute", .text(.duration("1m", "90d")), "The longest time in all.", standard: "7d"),
            ]), "How long sessions live."),
        .init(
            "postLogoutRedirectURIs", .list(.text(.url)), "Where a sign-out may send the browser, byte for byte.",
            standard: "[]"),
        .init(
            "organizations", .list(.text(.identifier)),
            "Who may enter: customers of these organizations; of all where it is absent."),
        .init("facades", .facades, "How its JSM takes a sign-in from us: each kind with its settings."),
        .init(
            "portalCookies", .list(.text(.cookie)),
            "Cookies by which its JSM knows a person; the usual ones of the kind where it is absent."),
        .init(
            "portals", .list(.object(AccessShape.portal)),
            "Its customer portals; where none is named, all of its JSM is one.", standard: "[]"),
        .init("access", .object(AccessShape.access), "Who may do what, beyond being signed in."),
        .init("jsm", .object(SiteJSM.shape), "Its JSM itself, for what is written there; nothing where it is absent."),
    ]
}

/// What holds where a key is absent.
enum ResourceDefaults {
    static let site = Site(id: "", kind: .cloud, origin: "")
}
