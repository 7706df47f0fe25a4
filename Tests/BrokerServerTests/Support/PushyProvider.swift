import Broker
import BrokerModel
import Foundation

/// A module whose IdP starts logins and sign-outs itself: it believes whatever its messages say, so that a test can say
/// anything.
///
/// `who` is an address that it vouches for, `id` the message's identifier, `result` what became of a sign-out, and
/// `principal` whose sessions end; with `again` a page of ours asks for more.
struct PushyProvider: UnsolicitedLogin, UpstreamLogout, LogoutReceiver {
    struct Settings: Codable, Sendable {
        /// `off`, `begin` or `accept`.
        var unsolicited: String
        /// `up`, `down` or `none`.
        var logout: String
    }

    static let kind: ProviderKind = "pushy"
    static let form = SettingsForm([
        SettingsField("unsolicited", .text, label: "Unsolicited", help: "off, begin or accept.", isRequired: true),
        SettingsField("logout", .text, label: "Logout", help: "up, down or none.", isRequired: true),
    ])
    static let settingsVersion = 1
    static let issuer = "https://pushy.example"

    private let id: ConnectionID
    private let settings: Settings
    private let context: ProviderContext

    init(id: ConnectionID, settings: Settings, context: ProviderContext) throws(SettingsError) {
        (self.id, self.settings, self.context) = (id, settings, context)
    }

    /// A connection of Acme's, for addresses that begin with `p-`.
    static func connection(unsolicited: String = "off", logout: String = "up") -> Connection {
        Connection(
            id: "pushy", organization: "acme", kind: kind, name: "Acme portal", addressPattern: "p-*",
            settings: .object(["unsolicited": .string(unsolicited), "logout": .string(logout)]))
    }

    // MARK: Logins

    func beginLogin(_ request: LoginRequest) async throws(LoginError) -> LoginStep {
        LoginStep(
            .redirect(try url("authorize", [("state", request.secrets.state), ("hint", request.loginHint ?? "")])))
    }

    func completeLogin(
        _ callback: LoginCallback, resuming login: PendingLogin
    ) async throws(LoginError) -> LoginOutcome {
        guard callback.parameters["again"] == nil else { return .next(LoginStep(.ask([]))) }
        return .identity(try identity(callback))
    }

    func receiveUnsolicited(_ callback: LoginCallback) async throws(LoginError) -> UnsolicitedOutcome {
        switch settings.unsolicited {
        case "begin": .begin(loginHint: callback.parameters["who"])
        case "accept": .identity(try identity(callback))
        default: .notConfigured
        }
    }

    private func identity(_ callback: LoginCallback) throws(LoginError) -> VerifiedIdentity {
        guard let who = callback.parameters["who"], let email = EmailAddress(who) else {
            throw LoginError(.signatureInvalid, detail: "who is it")
        }
        return VerifiedIdentity(
            subject: SubjectKey(connection: id, issuer: Self.issuer, subject: who),
            email: Email(email, evidence: .tenantOwnsDomain),
            upstream: UpstreamSession(sessionID: "session of \(who)", principal: who, handle: Data(who.utf8)),
            oneTime: [OneTimeIdentifier(callback.parameters["id"] ?? who, until: context.time.now + .seconds(300))])
    }

    // MARK: Sign-outs

    func beginLogout(_ request: LogoutRequest) async throws(LoginError) -> LogoutStep {
        switch settings.logout {
        case "up":
            .redirect(try url("end", [("state", request.state), ("return", request.returnURL.absoluteString)]))
        case "down": throw LoginError(.upstreamUnavailable, detail: "no route to host")
        default: .notConfigured
        }
    }

    func completeLogout(
        _ callback: LoginCallback, resuming pending: PendingLogout
    ) async throws(LoginError) -> LogoutResult {
        switch callback.parameters["result"] {
        case "complete": .complete
        case "partial": .partial
        default: throw LoginError(.signatureInvalid, detail: "a forged answer")
        }
    }

    func receiveLogout(_ callback: LoginCallback) async throws(LoginError) -> LogoutNotice {
        guard let principal = callback.parameters["principal"] else {
            throw LoginError(.signatureInvalid, detail: "a forged logout message")
        }
        return LogoutNotice(
            target: .principal(
                issuer: Self.issuer, principal: principal,
                sessionIDs: callback.parameters["session"].map { [$0] } ?? []),
            answer: .redirect(try url("thanks", [])),
            oneTime: [OneTimeIdentifier(callback.parameters["id"] ?? "m", until: context.time.now + .seconds(300))])
    }

    private func url(_ path: String, _ query: [(String, String)]) throws(LoginError) -> URL {
        var parts = URLComponents()
        (parts.scheme, parts.host, parts.path) = ("https", "pushy.example", "/\(path)")
        if !query.isEmpty { parts.queryItems = query.map { URLQueryItem(name: $0.0, value: $0.1) } }
        guard let url = parts.url else { throw LoginError(.providerMisbehaved, detail: "no URL") }
        return url
    }
}
