// OAuth2Provider is the kind `oauth2`: a server that gives access tokens and no ID tokens. Nothing signed says who
// signed in, so who it is comes from the vendor's own API, asked over TLS with a token that this login's code gave.
//
// - `OAuth2Provider`                     the connection; no I/O when it is made
// - `OAuth2Provider+Settings`, `Settings+Problems`, `+Form`   what an operator configures
// - `OAuth2Provider+Login`               the code flow
// - `OAuth2Provider+Identity`            from UserInfo to an identity, profile `custom`
// - `GitHub`, `GitHub+Organizations`     the same for the profile `github`, with addresses, organizations and teams
// - `PagedList`                          lists that go on behind a Link header

public import Broker
import Foundation
import OpenIDConnect

/// A connection to a server that speaks OAuth 2.0 only.
public struct OAuth2Provider: IdentityProvider {
    /// `oauth2`.
    public static let kind: ProviderKind = "oauth2"
    /// The first version.
    public static let settingsVersion = 1

    /// The connection's name.
    public let id: ConnectionID
    /// What the operator configured.
    public let settings: Settings
    let endpoints: Endpoints
    let client: OAuthClient
    let context: ProviderContext

    /// Where the server listens.
    struct Endpoints: Sendable {
        var authorization: URL
        var token: URL
        var userInfo: URL
    }

    /// Makes a connection; does no I/O.
    public init(id: ConnectionID, settings: Settings, context: ProviderContext) throws(SettingsError) {
        let problems = settings.problems
        guard problems.isEmpty else { throw SettingsError(problems) }
        self.id = id
        self.settings = settings
        self.context = context
        endpoints = Endpoints(
            authorization: try Self.url(settings.effectiveAuthorizationEndpoint, "authorizationEndpoint"),
            token: try Self.url(settings.effectiveTokenEndpoint, "tokenEndpoint"),
            userInfo: try Self.url(settings.effectiveUserInfoURL, "userInfoURL"))
        client = OAuthClient(tokenEndpoint: endpoints.token, clientID: settings.clientID, context: context)
    }

    private static func url(_ text: String?, _ key: String) throws(SettingsError) -> URL {
        guard let url = text.flatMap(Discovery.endpoint) else {
            throw SettingsError(at: [key], "must be an https URL without user name and fragment")
        }
        return url
    }

    /// How we authenticate at the token endpoint.
    ///
    /// The secret is read now, so that a rotated one needs no restart.
    func authentication() throws(LoginError) -> ClientAuthentication {
        do throws(SettingsError) {
            let secret = try context.secrets.value(of: settings.clientSecret)
            return settings.effectiveAuthentication == .post ? .post(secret) : .basic(secret)
        } catch {
            // Names the place and never what was found there.
            throw LoginError(.configurationInvalid, detail: "clientSecret: \(error)", underlying: error)
        }
    }
}

extension OAuth2Provider: SettingsLint {
    /// What can be seen without a person: the server publishes nothing about itself.
    public func lint() async -> [LintFinding] {
        var findings: [LintFinding] = []
        do throws(LoginError) {
            _ = try authentication()
        } catch {
            findings.append(LintFinding(.error, path: ["clientSecret"], text: "\(error.detail)."))
        }
        for (key, url) in [
            ("authorizationEndpoint", endpoints.authorization), ("tokenEndpoint", endpoints.token),
            ("userInfoURL", endpoints.userInfo),
        ] where url.scheme != "https" {
            findings.append(
                LintFinding(.warning, path: [key], text: "This is plain http, which is for tests on one machine."))
        }
        return findings
    }
}
