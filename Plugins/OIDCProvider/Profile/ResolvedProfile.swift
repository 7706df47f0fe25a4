public import Broker
import Foundation
public import OpenIDConnect

/// A profile with the operator's variables filled in: what is left of it at a login.
struct ResolvedProfile: Sendable {
    let name: String
    /// Claims of the ID token and their values, sorted.
    let requiredClaims: [(name: String, value: String)]
    let isSoleAudience: Bool
    /// Further claims that mappings need.
    let attributes: [String]
    let logout: OIDCProvider.Profile.Logout
    let notes: [String]
    private let values: [String: String]

    init(_ profile: OIDCProvider.Profile, values: [String: String]) {
        name = profile.name
        requiredClaims = (profile.requiredClaims ?? [:]).sorted { $0.key < $1.key }.compactMap { name, value in
            ProfileTemplate(value)?.filled(with: values).map { (name, $0) }
        }
        isSoleAudience = profile.soleAudience ?? false
        attributes = (profile.attributes ?? []).compactMap { ProfileTemplate($0)?.filled(with: values) }
        logout = profile.logout ?? .init()
        notes = profile.notes ?? []
        self.values = values
    }

    /// The vendor's own sign-out link.
    func logoutLink(_ request: LogoutRequest, clientID: String) throws(LoginError) -> LogoutStep? {
        guard logout.supported != false, let link = logout.link else { return nil }
        let own = ["clientID": clientID, "returnURL": request.returnURL.absoluteString, "state": request.state]
        let filled = ProfileTemplate(link)?.filled(with: values.merging(own.mapValues(Wire.escaped)) { $1 })
        guard let url = filled.flatMap(URL.init(string:)) else {
            throw LoginError(.configurationInvalid, detail: "profile \(name): logout.link is no URL")
        }
        return .redirect(url)
    }
}

extension OIDCProvider {
    /// Holds an ID token against what the profile demands beyond the specification.
    public func checkIDToken(_ token: IDToken) throws(LoginError) -> Denial? {
        guard let profile else { return nil }
        if profile.isSoleAudience, !isOnlyForUs(token) {
            throw LoginError(.audienceMismatch, detail: "profile \(profile.name): aud names others beside us")
        }
        for (name, value) in profile.requiredClaims {
            guard let said = token.claims.string(name), Array(said.utf8) == Array(value.utf8) else {
                let what = token.claims.contains(name) ? "not the configured one" : "absent"
                return Denial(.notAdmitted, detail: "profile \(profile.name): \(name) is \(what)")
            }
        }
        return nil
    }

    private func isOnlyForUs(_ token: IDToken) -> Bool {
        let audiences = token.claims.string("aud").map { [$0] } ?? token.claims.strings("aud") ?? []
        return audiences.allSatisfy { Array($0.utf8) == Array(settings.clientID.utf8) }
    }

    /// Whether any source says that the address is not verified.
    ///
    /// With a profile that ends every evidence, under the profile's name for the statement and under the standard one: a
    /// document cannot look away from a claim.
    func isVerificationDenied(_ sources: [ClaimSet]) -> Bool {
        guard profile != nil else { return false }
        let names = [settings.claimNames.emailVerified, "email_verified"]
        return sources.contains { source in
            names.contains { name in
                source.contains(name) && source.bool(name) != true && source.string(name) != "true"
            }
        }
    }

    /// Where a sign-out is asked for: the standard endpoint, or where the profile says that the vendor keeps it.
    func endSessionEndpoint(in metadata: ProviderMetadata) -> URL? {
        guard profile?.logout.supported != false else { return nil }
        if let endpoint = metadata.endSessionEndpoint { return endpoint }
        return profile?.logout.metadata.flatMap { metadata.claims.string($0) }.flatMap { Discovery.endpoint($0) }
    }

    /// What a profile has to say to whoever looks at the connection.
    var profileNotes: [LintFinding] {
        (profile?.notes ?? []).map { LintFinding(.note, path: ["profile"], text: $0) }
    }
}
