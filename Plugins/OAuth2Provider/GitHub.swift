import Broker
import Foundation
import OpenIDConnect

/// What GitHub's API says about the person whose token it is.
///
/// Every address is made of `userInfoURL`, never of one in an answer.
struct GitHub: Sendable {
    let provider: OAuth2Provider
    let accessToken: Secret<String>

    var settings: OAuth2Provider.Settings { provider.settings }

    /// The identity, or the denial of somebody who is not in an organization that is required.
    func outcome(_ user: ClaimSet) async throws(LoginError) -> LoginOutcome {
        let number = try accountNumber(user)
        for organization in settings.requiredOrganizations ?? [] {
            if let denial = try await denial(of: organization, account: number) { return .denied(denial) }
        }
        let reader = ClaimReader([ClaimSource(user, from: .api)])
        let subject = String(number)
        return .identity(
            VerifiedIdentity(
                subject: provider.key(subject), email: Email(try await emailAddress(), evidence: .idpVerified),
                displayName: reader.displayName() ?? user.string("login").map { String($0.prefix(200)) },
                groups: settings.teams == true ? await teams() : .unsupported,
                previousSubjects: provider.previousKeys(subject), claims: reader.claims()))
    }

    /// The numeric id: a login name can be given up and taken by somebody else.
    private func accountNumber(_ user: ClaimSet) throws(LoginError) -> Int64 {
        guard let number = user.integer("id"), number > 0 else {
            throw LoginError(.subjectInvalid, detail: "GitHub /user: id is not a number above zero")
        }
        return number
    }

    /// An address of the API below the person's own.
    func url(_ path: String, _ parameters: [(String, String)] = []) throws(LoginError) -> URL {
        let base = provider.endpoints.userInfo.absoluteString
        guard let url = URL(string: (base.hasSuffix("/") ? String(base.dropLast()) : base) + path) else {
            throw LoginError(.configurationInvalid, detail: "userInfoURL takes no path")
        }
        return parameters.isEmpty ? url : try Wire.url(url, adding: parameters)
    }

    // MARK: The address

    /// The address that counts, verified; `/user` has one too, which says nothing about being verified.
    private func emailAddress() async throws(LoginError) -> EmailAddress {
        let entries = try await list("/emails", of: "GitHub /user/emails").read()
        let verified = entries.filter { $0.bool("verified") == true }
        guard let domain = settings.emailDomain.flatMap({ EmailDomain($0) }) else {
            guard let primary = verified.first(where: { $0.bool("primary") == true }) else {
                throw LoginError(.emailUnverified, detail: "GitHub: the primary address is not verified")
            }
            return try address(of: primary)
        }
        return try address(in: domain, among: verified)
    }

    /// One address of the organization's domain, the primary one first, else always the same.
    private func address(in domain: EmailDomain, among verified: [ClaimSet]) throws(LoginError) -> EmailAddress {
        var candidates: [(address: EmailAddress, isPrimary: Bool)] = []
        for entry in verified {
            // Other addresses of the person may be ones that we would not take; only the domain's own matter.
            guard let address = entry.string("email").flatMap({ EmailAddress($0) }), address.domain == domain else {
                continue
            }
            candidates.append((address, entry.bool("primary") == true))
        }
        let first =
            candidates.first { $0.isPrimary } ?? candidates.min { $0.address.description < $1.address.description }
        guard let first else {
            throw LoginError(.emailUnverified, detail: "GitHub: no verified address in \(domain)")
        }
        return first.address
    }

    private func address(of entry: ClaimSet) throws(LoginError) -> EmailAddress {
        guard let address = entry.string("email").flatMap({ EmailAddress($0) }) else {
            throw LoginError(.emailMalformed, detail: "GitHub /user/emails: email is not one e-mail address")
        }
        return address
    }

    func list(_ path: String, of exchange: String) throws(LoginError) -> PagedList {
        PagedList(
            first: try url(path, [("per_page", "100")]), exchange: exchange, client: provider.client,
            accessToken: accessToken)
    }
}
