import Broker
import Foundation

/// A module with a field of every kind, that vouches for whoever its settings name.
struct BadgeProvider: IdentityProvider, SettingsLint, UpstreamLogout, MetadataPublisher {
    struct Settings: Codable, Sendable {
        struct Desk: Codable, Sendable {
            var floor: Int
            var token: String?
        }

        var building: String
        var door: String?
        var entry: String?
        var pin: String?
        var strict: Bool?
        var badges: [String]?
        var names: [String: String]?
        var desk: Desk?
        var email: String?
        var emailEvidence: String?
        var finding: String?
    }

    static let kind: ProviderKind = "badge"
    static let form = SettingsForm([
        SettingsField(
            "building", .url, label: "Building", help: "Where the doors are.", example: "https://hq.acme.example",
            isRequired: true),
        SettingsField("entry", .choice(["key", "pin"]), label: "Entry", help: "How one gets in.", isRequired: true),
        SettingsField(
            "pin", .secret, label: "PIN", help: "Where the PIN is.",
            showWhen: .init("entry", isOneOf: ["pin"])),
        SettingsField(
            "door", .text, label: "Door", help: "Which door.", example: "north",
            showWhen: .init("entry", isOneOf: ["key"])),
        SettingsField("strict", .flag, label: "Strict", help: "Look twice.", standard: "false"),
        SettingsField("badges", .list(.text), label: "Badges", help: "Colours."),
        SettingsField("names", .map(.text), label: "Names", help: "Who is who."),
        SettingsField(
            "desk",
            .form(
                SettingsForm([
                    SettingsField("floor", .integer(1...9), label: "Floor", help: "Which one.", isRequired: true),
                    SettingsField("token", .secret, label: "Token", help: "Where the token is."),
                ])), label: "Desk", help: "The desk."),
        SettingsField("email", .text, label: "E-mail", help: "Who comes."),
        SettingsField(
            "emailEvidence", .choice(["idpVerified", "none"]), label: "Evidence", help: "What speaks for it.",
            standard: "idpVerified"),
        SettingsField("finding", .text, label: "Finding", help: "What lint says."),
    ])
    static let settingsVersion = 1

    private let id: ConnectionID
    private let settings: Settings

    init(id: ConnectionID, settings: Settings, context: ProviderContext) throws(SettingsError) {
        guard settings.building != "https://closed.example" else {
            throw SettingsError(at: ["building"], "this building is closed")
        }
        guard settings.entry != "pin" || settings.pin != nil else {
            throw SettingsError(at: ["pin"], "is needed to get in by PIN")
        }
        (self.id, self.settings) = (id, settings)
    }

    func lint() async -> [LintFinding] {
        settings.finding.map { [LintFinding(.warning, path: ["building"], text: $0)] } ?? []
    }

    func metadata(callbackURL: URL) async throws(LoginError) -> PublishedDocument {
        PublishedDocument(contentType: "application/json", body: Data("{}".utf8))
    }

    func beginLogout(_ request: LogoutRequest) async throws(LoginError) -> LogoutStep { .notConfigured }

    func completeLogout(
        _ callback: LoginCallback, resuming pending: PendingLogout
    ) async throws(LoginError) -> LogoutResult { .complete }

    func beginLogin(_ request: LoginRequest) async throws(LoginError) -> LoginStep { LoginStep(.ask([])) }

    func completeLogin(
        _ callback: LoginCallback, resuming login: PendingLogin
    ) async throws(LoginError) -> LoginOutcome {
        guard let address = settings.email.flatMap({ EmailAddress($0) }) else {
            throw LoginError(.upstreamError, detail: "nobody came", rule: "badge_missing")
        }
        return .identity(
            VerifiedIdentity(
                subject: SubjectKey(connection: id, issuer: settings.building, subject: "badge-1"),
                email: Email(address, evidence: .idpVerified), displayName: "Ada",
                groups: GroupSet(["staff"], completeness: .overage),
                claims: [
                    Claim("colour", values: ["red", "\u{1B}[2Jblue"], from: .api),
                    Claim("id_token", values: [BadgeProvider.token], from: .idToken),
                ]))
    }

    static let token = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJiYWRnZS0xIn0.c2lnbmF0dXJl"
}
