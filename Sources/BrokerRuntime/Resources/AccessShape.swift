import Broker
import BrokerModel

/// The shape of what says who may do what at a site.
enum AccessShape {
    /// The numbers by which JSM names things; `PortalNumber` reads no longer ones from a request either.
    private static let number = Shape.integer(1...999_999_999_999_999_999)

    /// Refused, or only counted.
    static let enforcement = Shape.either(
        .choice(["enforce", "observe"]),
        .object([.init("from", .text(.moment), "Counted until then, refused from then on.", isRequired: true)]))

    /// A customer portal.
    static let portal: [Shape.Member] = [
        .init("id", number, "Its number in JSM, as in /portal/3.", isRequired: true),
        .init("name", .text(.line), "Its name on pages and in reports.", isRequired: true),
        .init("serviceDesk", number, "Its service desk's number; its own where it is absent."),
        .init("project", .text(.projectKey), "Its project's key, which is what issue keys begin with."),
        .init(
            "requestTypes", .list(number), "Its request types; a type that no portal lists is refused.",
            standard: "[]"),
        .init(
            "mode", .choice(Portal.Mode.allCases.map(\.rawValue)), "Who may see it where no rule says.",
            standard: Portal.Mode.standard.rawValue),
        .init("enforcement", enforcement, "What the site says where it is absent."),
    ]

    /// Who may do what at a site.
    static let access: [Shape.Member] = [
        .init(
            "policy", .choice(SiteAccess.Policy.allCases.map(\.rawValue)), "What no rule decides.",
            standard: SiteAccess().policy.rawValue),
        .init(
            "ssoOnly", .flag, "Whether JSM's own sign-up, password login, user search and agents' pages are closed.",
            standard: "true"),
        .init("enforcement", enforcement, "Whether the site refuses or only counts.", standard: "enforce"),
        .init(
            "rules", .list(.variant(rule, oneOf: effects)), "Who is let in and who is kept out; deny wins.",
            standard: "[]"),
        .init("staff", .object(staff), "How people who work on tickets get past the gate."),
        .init("machines", .list(.object(machine)), "How programs get past the gate.", standard: "[]"),
    ]

    private static let rule: [Shape.Member] = [
        .init("name", .text(.identifier), "Its name, for explanations and the audit log.", isRequired: true),
        .init("portals", .some(number), "The portals it is about; every one where it is absent."),
        .init("requestTypes", .some(number), "The request types it is about; all where it is absent."),
    ]

    private static let effects: [Shape.Member] = [
        .init("allow", condition(), "Lets in whom this is true of."),
        .init("deny", condition(), "Keeps out whom this is true of, or cannot be told of."),
    ]

    private static let staff: [Shape.Member] = [
        .init(
            "connections", .list(.text(.identifier)), "Whoever signed in through one of these is staff.",
            standard: "[]"),
        .init(
            "networks", .list(.text(.range)), "From here requests pass without a session, to JSM's own sign-in.",
            standard: "[]"),
    ]

    private static let machine: [Shape.Member] = [
        .init("name", .text(.identifier), "Its name, for the audit log.", isRequired: true),
        .init("methods", .some(.choice(methods)), "The methods it uses.", isRequired: true),
        .init("paths", .some(.text(.pathPattern)), "The paths it uses.", isRequired: true),
        .init("networks", .some(.text(.range)), "Where it calls from.", isRequired: true),
        .init(
            "authorization", .secret, "The whole Authorization field that it sends, such as \"Bearer ...\".",
            isRequired: true),
    ]

    private static let methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

    /// What a rule asks of a person.
    private static func condition() -> Shape {
        .named("condition") {
            .oneOf([
                .init("all", .some(condition()), "Every one of these."),
                .init("any", .some(condition()), "At least one of these."),
                .init("none", .some(condition()), "Not one of these."),
                .init("group", .text(.line), "The person is in the group of this name."),
                .init("emailDomain", .text(.domain), "The person's address is of this domain, not of one below it."),
                .init("attribute", .object(attribute), "One of the attribute's values is this."),
                .init("connection", .text(.identifier), "The person signed in through this connection."),
                .init("organization", .text(.identifier), "The person is of this organization."),
                .init("acr", .text(.line), "The login reached this authentication context class."),
                .init(
                    "authenticatedWithin", .text(.duration("10s", "30d")),
                    "The person proved who they are no longer ago than this."),
            ])
        }
    }

    private static let attribute: [Shape.Member] = [
        .init("name", .text(.attribute), "The attribute's name inside the broker.", isRequired: true),
        .init("is", .text(.line), "The value, octet by octet.", isRequired: true),
    ]
}
