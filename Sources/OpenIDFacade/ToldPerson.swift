import Broker
import BrokerEngine
import BrokerModel
import OpenIDConnect

/// The person of a session that the site was told of, as they are now.
struct ToldPerson {
    /// `sub`: the pseudonym, which no change of address changes.
    let subject: String
    /// `sid`.
    let key: String
    let session: Session
    let values: PersonalClaims.Person

    /// When the person proved who they are.
    var authenticatedAt: Timestamp { session.authentication.authTime ?? session.createdAt }
}

extension OpenIDFacade {
    /// The person behind a code or token.
    ///
    /// - Throws: `grant_invalid` where the session has ended (M56), `not_admitted` where the site stopped admitting
    ///   them.
    func told(_ session: SessionID?) async throws(FacadeError) -> ToldPerson {
        guard let session, let owner = try await host.owner(of: session),
            let told = try await host.facadeSession(of: session)
        else { throw FacadeError(.grantInvalid, detail: "the session has ended") }
        guard try host.site().admits(owner.customer.organization) else {
            throw FacadeError(.notAdmitted, detail: "the site does not admit \(owner.customer.organization)")
        }
        return ToldPerson(
            subject: owner.customer.id.rawValue, key: told.key, session: owner.session,
            values: Self.values(of: owner.customer, told: told.name))
    }

    /// What templates may name; mapped attributes win over what a display name is taken apart to.
    static func values(of customer: Customer, told name: String) -> PersonalClaims.Person {
        var values: [String: [String]] = [
            "portal_name": [name], "customer": [customer.id.rawValue], "organization": [customer.organization.rawValue],
        ]
        values["email"] = customer.email.map { [$0.description] }
        values["name"] = customer.displayName.map { [$0] }
        let parts = customer.displayName.flatMap(NameParts.split)
        values["given_name"] = customer.attributes["given_name"] ?? parts.map { [$0.given] }
        values["family_name"] = customer.attributes["family_name"] ?? parts.map { [$0.family] }
        for (attribute, known) in customer.attributes { values["attribute.\(attribute)"] = known }
        let groups = customer.groups.completeness == .complete ? customer.groups.values : nil
        return PersonalClaims.Person(values: values, groups: groups)
    }
}
