import Broker
import BrokerModel
package import ServiceManagement

/// Does the steps of a plan, one after the other.
package struct PortalGrantWriter: Sendable {
    /// How a step came out.
    package struct Outcome: Sendable {
        /// The people for whom it was done, as they are compared; empty for a step that names none.
        package var done: [String] = []
        /// The people for whom it was not.
        package var failed: [String] = []
        /// Why not.
        package var error: JSMError?
    }

    /// No list that is sent at once is longer.
    static let batch = 50

    private let client: JSMClient
    /// JSM's own identifiers, by the name that is compared.
    private var users: [String: String] = [:]
    private var organizations: [String: Int64]

    /// A writer that knows what was read.
    package init(_ client: JSMClient, _ present: PresentGrants) {
        self.client = client
        organizations = present.organizations.mapValues(\.id)
        let shown =
            present.organizations.values.flatMap(\.members) + present.desks.values.flatMap { $0.customers ?? [] }
        for user in shown { if let key = present.key(user) { users[key] = user.id } }
    }

    /// Does one step.
    ///
    /// - Throws: What stops the whole pass: JSM away, throttling, or refusing the service account.
    package mutating func perform(_ step: PortalGrantStep) async throws(JSMError) -> Outcome {
        switch step {
        case .createCustomer(let person): return try await create(person)
        case .createOrganization(let name):
            organizations[name] = try await client.createOrganization(name).id
            return Outcome()
        case .addMembers(let people, let name):
            let (client, id) = (client, try organization(name))
            return try await each(people) { ids throws(JSMError) in try await client.addMembers(ids, to: id) }
        case .removeMembers(let people, let name):
            let (client, id) = (client, try organization(name))
            return try await each(people) { ids throws(JSMError) in try await client.removeMembers(ids, from: id) }
        case .addCustomers(let people, let desk):
            let client = client
            return try await each(people) { ids throws(JSMError) in
                try await client.addCustomers(ids, to: desk.rawValue)
            }
        case .removeCustomers(let people, let desk):
            let client = client
            return try await each(people) { ids throws(JSMError) in
                try await client.removeCustomers(ids, from: desk.rawValue)
            }
        case .attach(let name, let desk):
            return try await bounded { [client, id = try organization(name)] () throws(JSMError) in
                try await client.attach(id, to: desk.rawValue)
            }
        case .detach(let name, let desk):
            return try await bounded { [client, id = try organization(name)] () throws(JSMError) in
                try await client.detach(id, from: desk.rawValue)
            }
        }
    }

    /// Makes a customer, or finds the one who is there.
    private mutating func create(_ person: WantedGrants.Person) async throws(JSMError) -> Outcome {
        let (key, email) = (person.key, person.name.description)
        do throws(JSMError) {
            users[key] = try await client.createCustomer(email: email, name: person.displayName).id
        } catch  where error.code == .duplicate {
            guard let found = try await client.findCustomer(email: email) else {
                return Outcome(failed: [key], error: error)
            }
            users[key] = found.id
        }
        return Outcome(done: [key])
    }

    private func organization(_ name: String) throws(JSMError) -> Int64 {
        guard let id = organizations[name] else {
            throw JSMError(.notFound, detail: "organization \(name) is not there")
        }
        return id
    }

    /// Sends people in lists; a list that is refused is sent again one by one, because JSM takes the rest of it without
    /// saying so.
    private func each(
        _ people: [String], _ send: ([String]) async throws(JSMError) -> Void
    ) async throws(JSMError) -> Outcome {
        var outcome = Outcome(failed: people.filter { users[$0] == nil })
        let known = people.filter { users[$0] != nil }
        for start in stride(from: 0, to: known.count, by: Self.batch) {
            let names = Array(known[start..<min(start + Self.batch, known.count)])
            do throws(JSMError) {
                try await send(names.compactMap { users[$0] })
                outcome.done += names
            } catch  where !error.stopsEverything {
                for name in names { try await one(name, &outcome, send) }
            }
        }
        return outcome
    }

    private func one(
        _ name: String, _ outcome: inout Outcome, _ send: ([String]) async throws(JSMError) -> Void
    ) async throws(JSMError) {
        do throws(JSMError) {
            try await send([users[name]].compactMap { $0 })
            outcome.done.append(name)
        } catch  where !error.stopsEverything {
            outcome.failed.append(name)
            outcome.error = error
        }
    }

    private func bounded(_ send: () async throws(JSMError) -> Void) async throws(JSMError) -> Outcome {
        do throws(JSMError) {
            try await send()
            return Outcome()
        } catch  where !error.stopsEverything {
            return Outcome(error: error)
        }
    }
}

extension JSMError {
    /// Whether the next call would fail in the same way.
    fileprivate var stopsEverything: Bool {
        switch code {
        case .unreachable, .unauthenticated, .throttled, .unavailable, .malformedAnswer: true
        case .forbidden, .notFound, .duplicate, .rejected, .notPossible: false
        }
    }
}
