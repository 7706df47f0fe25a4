// SPDX-License-Identifier: Apache-2.0

import Broker
import Foundation
import OpenIDConnect

/// Data Center as a relying party: discovery, code flow with PKCE, RS256, UserInfo.
struct OpenIDSignIn: SignInMethod {
    /// What an administrator types in.
    struct Settings: Sendable {
        let clientID: String
        let clientSecret: Secret<String>
        let username: ClaimTemplate
        let groupsClaim: String?
        let additionalScopes: [String]
    }

    let settings: Settings
    let relyingParty: RelyingParty

    let paths = SignInPaths.openID
    let handleParameter = "state"
    /// The code comes by redirect, and RFC 6749 10.12 wants it finished in the browser that asked.
    let comesWithCookie = true

    /// A relying party; nil where the issuer is no https URL.
    init?(issuer: String, settings: Settings, context: ProviderContext) {
        guard
            let configuration = RelyingParty.Configuration(
                issuer: issuer, clientID: settings.clientID, algorithms: ["RS256"])
        else { return nil }
        self.settings = settings
        relyingParty = RelyingParty(configuration, context: context)
    }

    func begin(_ secrets: LoginSecrets, at addresses: PortalAddresses) async throws(LoginError) -> URL {
        let message = AuthorizationRequest(
            clientID: settings.clientID, redirectURI: try PortalAddresses.url(addresses.callback), secrets: secrets,
            scopes: ["openid", "profile", "email"] + settings.additionalScopes)
        return try message.url(at: try await relyingParty.metadata().authorizationEndpoint)
    }

    func complete(
        _ callback: LoginCallback, resuming secrets: LoginSecrets, at addresses: PortalAddresses
    ) async throws(LoginError) -> SignedInCustomer {
        let metadata = try await relyingParty.metadata()
        let response = try AuthorizationResponse.process(
            callback,
            expecting: .init(
                state: secrets.state, issuer: metadata.issuer, requiresIssuer: metadata.sendsIssuerInResponse,
                responseMode: .query))
        guard case .code(let code) = response else {
            throw LoginError("sign_in_denied", detail: "the issuer said no")
        }
        let tokens = try await relyingParty.redeem(
            code: code, redirectURI: try PortalAddresses.url(addresses.callback), codeVerifier: secrets.codeVerifier,
            authentication: .basic(settings.clientSecret))
        guard let rawToken = tokens.idToken else {
            throw LoginError(.upstreamInvalid, detail: "OpenID Connect Core 3.1.3.3: id_token is absent")
        }
        var expected = relyingParty.expectations()
        expected.nonce = secrets.nonce
        expected.accessToken = tokens.accessToken
        expected.code = code
        let idToken = try await relyingParty.verify(idToken: rawToken, expecting: expected)
        let userInfo = try await relyingParty.userInfo(accessToken: tokens.accessToken, subject: idToken.subject)
        guard let userInfo else {
            throw LoginError(.upstreamInvalid, detail: "OpenID Connect Discovery 3: userinfo_endpoint is absent")
        }
        return try customer(idToken, rawToken, sources: [idToken.claims, userInfo])
    }

    func metadata(at addresses: PortalAddresses) throws(LoginError) -> String? { nil }

    // MARK: Claims

    /// Just-in-time provisioning wants username, display name and e-mail address, or it creates nobody.
    private func customer(
        _ idToken: IDToken, _ rawToken: Secret<String>, sources: [ClaimSet]
    ) throws(LoginError) -> SignedInCustomer {
        let claim = { (name: String) in
            sources.lazy.compactMap { $0.string(name) }.first { !$0.isEmpty }
        }
        guard let username = settings.username.filled(claim) else { throw Self.missing("the username's claim") }
        guard let name = claim("name") else { throw Self.missing("name") }
        guard let email = claim("email") else { throw Self.missing("email") }
        return SignedInCustomer(
            username: username, displayName: name, email: email, groups: groups(sources),
            upstream: .openID(
                subject: idToken.subject, sid: idToken.claims.string("sid"), idToken: rawToken))
    }

    /// An absent claim is an empty list, as it is for the real thing.
    private func groups(_ sources: [ClaimSet]) -> [String]? {
        guard let name = settings.groupsClaim else { return nil }
        guard let source = sources.first(where: { $0.contains(name) }) else { return [] }
        return source.strings(name) ?? source.string(name).map { [$0] } ?? []
    }

    private static func missing(_ what: String) -> LoginError {
        LoginError("claim_missing", detail: "just-in-time provisioning needs \(what)")
    }
}
