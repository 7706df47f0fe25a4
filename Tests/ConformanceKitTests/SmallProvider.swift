import Broker
import ConformanceKit
import Foundation
import HTTPTypes
import JOSE
import Logging

/// A module for one OpenID Provider, small and honest, that makes the mistakes which its settings name.
struct SmallProvider: IdentityProvider {
    static let kind: ProviderKind = "small"
    static let settingsVersion = 1
    static let form = SettingsForm([
        SettingsField("issuer", .url, label: "Issuer", help: "The issuer as it writes itself.", isRequired: true),
        SettingsField("clientID", .text, label: "Client ID", help: "The id of our client.", isRequired: true),
        SettingsField("clientSecret", .secret, label: "Client secret", help: "Where the secret is.", isRequired: true),
        SettingsField("listsPeople", .flag, label: "Lists people", help: "Whether people are listed."),
        SettingsField("flaws", .list(.text), label: "Flaws", help: "Mistakes that the module makes."),
    ])

    struct Settings: Codable, Sendable {
        var issuer: String
        var clientID: String
        var clientSecret: SecretReference
        var listsPeople: Bool?
        var flaws: [Flaw]?
    }

    /// A mistake.
    enum Flaw: String, Codable, CaseIterable, Sendable {
        case fetchesInInit, readsSecretInInit, sendsOwnState, sendsNoChallenge, putsSecretInAddress, ignoresState
        case ignoresMixUp, ignoresEndpoint, ignoresMethod, throwsDenials, callsOutagesBugs, tellsTheCode, logsTokens
        case decodesUnverified, skipsNonce, skipsAudience, skipsIssuer, skipsTimes, skipsSubject
        case believesStrings, keepsAddressAsSubject, givesNothingOnce, sharesOneSubject, emptiesGroups
        case sendsNoNonce, sendsOtherCallback, asksForToken, skipsHashes, skipsType, skipsTokenType
        case skipsUserInfoSubject, skipsDocumentIssuer
        case goesOnAfterRevocation, endsSessionsInOutages, forgetsReturnAddress
        // What is fetched
        case waitsInInit, failsToBegin, keepsKeysForEver, keepsNothing, escapesKeyIDs, refusesOtherKeys, takesPlainHTTP
        case followsRedirects, callsBadAnswersBugs, callsRefusalsInvalid, goesOnWithoutIDToken, ignoresUserInfo
        // What is in a token
        case readsAudienceAsText, allowsNoSkew, readsWholeTimes, readsNamesTwice, believesEveryAddress, takesAnyAddress
        case makesSubjects
        // Later
        case losesRefreshToken, ignoresRefreshedToken, looksUpSignOut, takesLogoutsTwice, believesLogouts, lintsInVain
        case lintsElsewhere, trustsNothing
        // Of the directory
        case listsAlways, listsOnePage, listsByAddress, takesAnyCursor, emptiesListsInOutages, skipsBadPages
        case callsEverybodyActive, takesAnyMissForGone, asksForAnySubject, repeatsAnswers
    }

    let id: ConnectionID
    let settings: Settings
    let context: ProviderContext
    let kept = Kept()

    init(id: ConnectionID, settings: Settings, context: ProviderContext) throws(SettingsError) {
        self.id = id
        self.settings = settings
        self.context = context
        if has(.readsSecretInInit) { _ = try context.secrets.value(of: settings.clientSecret) }
        if has(.waitsInInit) { try waitForOP() }
        if has(.fetchesInInit), let url = URL(string: settings.issuer) {
            Task { [transport = context.transport] in _ = try? await transport.send(OutboundRequest(url: url)) }
        }
    }

    func has(_ flaw: Flaw) -> Bool { settings.flaws?.contains(flaw) == true }

    func at(_ path: String) -> String { settings.issuer + path }

    // MARK: Login

    func beginLogin(_ request: LoginRequest) async throws(LoginError) -> LoginStep {
        if has(.failsToBegin) { try await requireOP() }
        var parameters = [
            ("response_type", has(.asksForToken) ? "token" : "code"), ("client_id", settings.clientID),
            ("scope", "openid"),
            ("redirect_uri", request.callbackURL.absoluteString + (has(.sendsOtherCallback) ? "/" : "")),
            ("nonce", has(.sendsNoNonce) ? "" : request.secrets.nonce),
            ("state", has(.sendsOwnState) ? "my-state" : request.secrets.state), ("code_challenge_method", "S256"),
            (
                "code_challenge",
                Base64URL.encode(Digests.sha256(has(.sendsNoChallenge) ? "fixed" : request.secrets.codeVerifier))
            ),
        ]
        if has(.putsSecretInAddress) { parameters.append(("client_secret", try secret())) }
        return LoginStep(.redirect(try url(at("/authorize"), parameters)))
    }

    func completeLogin(
        _ callback: LoginCallback, resuming login: PendingLogin
    ) async throws(LoginError) -> LoginOutcome {
        guard has(.ignoresEndpoint) || callback.endpoint == .login, has(.ignoresMethod) || callback.method == .get
        else {
            throw LoginError(.malformedRequest, detail: "comes to another endpoint, or by another method")
        }
        guard has(.ignoresState) || callback.parameters["state"] == login.sent.state else {
            throw LoginError(.stateMismatch, detail: "state is another")
        }
        guard has(.ignoresMixUp) || callback.parameters["iss"] ?? settings.issuer == settings.issuer else {
            throw LoginError(.issuerMismatch, detail: "iss is another")
        }
        if callback.parameters["error"] != nil {
            if has(.throwsDenials) { throw LoginError(.upstreamError, detail: "the IdP said no") }
            return .denied(Denial(.refusedByIdP))
        }
        guard let code = callback.parameters["code"] else {
            throw LoginError(.malformedRequest, detail: "code is absent")
        }
        let tokens = try await tokens([
            ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", login.callbackURL.absoluteString),
            ("code_verifier", login.sent.codeVerifier),
        ])
        if has(.logsTokens) { context.logger.info("tokens: \(tokens.text)") }
        return .identity(try await identity(tokens, nonce: login.sent.nonce))
    }
}
