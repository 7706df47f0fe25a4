package import Broker
package import BrokerModel

/// What a replacement would do for one customer of the old connection.
package struct ReplacementForecast: Sendable, Hashable {
    package enum Outcome: String, Sendable, CaseIterable {
        /// Found by the e-mail, the first time they come through the new connection.
        case matched
        /// Has an identity of the new connection, or was moved already.
        case moved
        /// Has several identities of the old connection: refused, for an operator to look at.
        case ambiguous
        /// Has no e-mail, or none that somebody vouched for: found by an earlier subject only.
        case unverified
        /// Has an e-mail for which the new connection may not speak.
        case foreign
        /// Is disabled, and stays so.
        case disabled
    }

    package var customer: CustomerID
    package var email: EmailAddress?
    package var outcome: Outcome
}

extension ReplacementService {
    /// What a replacement would do for everybody whom the old connection knows; changes nothing.
    package func preview(_ old: ConnectionID, by new: ConnectionID) async throws -> [ReplacementForecast] {
        let (_, connection) = try await pair(old, new)
        return try await environment.store.read { reader in
            let resources = try reader.resources()
            let byCustomer = Dictionary(grouping: try reader.links(through: old), by: \.customer)
            return try byCustomer.sorted { $0.key < $1.key }.compactMap { id, links in
                guard let customer = try reader.customer(id), customer.status != .erased else { return nil }
                let isMoved =
                    try reader.wasReplaced(id, into: new)
                    || reader.links(of: id).contains { $0.subject.connection == new }
                return ReplacementForecast(
                    customer: id, email: customer.email,
                    outcome: Self.outcome(customer, links, connection, resources, isMoved: isMoved))
            }
        }
    }

    private static func outcome(
        _ customer: Customer, _ links: [IdentityLink], _ new: Connection, _ resources: Resources, isMoved: Bool
    ) -> ReplacementForecast.Outcome {
        guard customer.status == .active else { return .disabled }
        guard !isMoved else { return .moved }
        let vouched = links.count { $0.evidence != .none }
        guard let email = customer.email, vouched > 0 else { return .unverified }
        guard resources.organization(owning: email)?.id == new.organization, new.maySpeak(for: email) else {
            return .foreign
        }
        return vouched == 1 ? .matched : .ambiguous
    }
}
