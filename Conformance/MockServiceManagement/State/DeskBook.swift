// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Who may use which service desk: accounts, organizations, and what is on each desk.
package final class DeskBook: Sendable {
    /// Somebody whom the API made or a test put there.
    package struct Account: Sendable, Equatable, Codable {
        /// An account id on Cloud, the user name on Data Center.
        package let id: String
        package let username: String
        package var email: String
        package var displayName: String
        /// False of a revoked customer, who can open no portal.
        package var isActive = true

        package init(id: String, username: String, email: String, displayName: String) {
            self.id = id
            self.username = username
            self.email = email
            self.displayName = displayName
        }
    }

    /// An organization with its people, by id.
    package struct Organization: Sendable, Equatable, Codable {
        package let id: Int
        package let name: String
        package var isSCIMManaged = false
        package var members: [String] = []

        package init(id: Int, name: String, isSCIMManaged: Bool = false, members: [String] = []) {
            self.id = id
            self.name = name
            self.isSCIMManaged = isSCIMManaged
            self.members = members
        }
    }

    /// A desk; its number is its portal's.
    package struct Desk: Sendable, Equatable, Codable {
        package let id: Int
        /// Whether only its customers and its organizations' people may see it.
        package var isClosed: Bool
        package var organizations: [Int] = []
        package var customers: [String] = []
    }

    /// Everything at one moment.
    package struct Snapshot: Sendable, Equatable, Codable {
        package var accounts: [Account] = []
        package var organizations: [Organization] = []
        package var desks: [Desk] = []
        /// Calls that changed something, refused ones not counted.
        package var writes = 0
    }

    /// A failure that a test ordered for the next calls.
    package struct Failure: Sendable {
        package var status: Int
        package var headers: [String: String]
        package var times: Int

        package init(status: Int, headers: [String: String] = [:], times: Int = 1) {
            self.status = status
            self.headers = headers
            self.times = times
        }
    }

    private struct State {
        var book = Snapshot()
        var failure: Failure?
    }

    private let initial: Snapshot
    private let flavour: MockPortal.Configuration.Flavour
    private let state: Mutex<State>

    init(_ configuration: MockPortal.Configuration) {
        let closed = configuration.rest?.closedDesks ?? []
        initial = Snapshot(desks: configuration.portals.map { Desk(id: $0.id, isClosed: closed.contains($0.id)) })
        flavour = configuration.flavour
        state = Mutex(State(book: initial))
    }

    /// Everything at this moment.
    package var snapshot: Snapshot { state.withLock { $0.book } }

    /// As at the start.
    package func reset() { state.withLock { $0 = State(book: initial) } }

    /// Lets the next calls fail.
    package func order(_ failure: Failure) { state.withLock { $0.failure = failure } }

    /// The failure that this call has to give.
    func takeFailure() -> Failure? {
        state.withLock { state in
            guard let failure = state.failure, failure.times > 0 else { return nil }
            state.failure?.times -= 1
            return failure
        }
    }

    /// Changes it by hand, as an administrator in JSM does.
    package func change(_ body: @Sendable (inout Snapshot) -> Void) { state.withLock { body(&$0.book) } }

    /// Changes it by a call, which counts where it is taken.
    func write<Value>(_ body: (inout Snapshot) -> Value) -> Value {
        state.withLock { state in
            state.book.writes += 1
            return body(&state.book)
        }
    }

    /// Makes an account; nil where the address has one.
    func makeAccount(email: String, name: String) -> Account? {
        state.withLock { state in
            guard !state.book.accounts.contains(where: { $0.email.lowercased() == email.lowercased() }) else {
                return nil
            }
            let number = state.book.accounts.count + 1
            let id = flavour == .cloud ? "qm:00000000-0000-4000-8000-000000000000:\(number)" : email.lowercased()
            let account = Account(id: id, username: email.lowercased(), email: email, displayName: name)
            state.book.accounts.append(account)
            state.book.writes += 1
            return account
        }
    }

    /// Whether a visitor may see a desk.
    func admits(_ visitor: Visitor?, to portal: Int) -> Bool {
        let book = snapshot
        guard let desk = book.desks.first(where: { $0.id == portal }), desk.isClosed else { return true }
        guard let visitor, let account = book.account(of: visitor), account.isActive else { return false }
        return desk.customers.contains(account.id)
            || book.organizations.contains { organization in
                desk.organizations.contains(organization.id) && organization.members.contains(account.id)
            }
    }
}

extension DeskBook.Snapshot {
    /// Somebody by user name or address.
    package func account(named name: String) -> DeskBook.Account? {
        accounts.first { $0.username == name.lowercased() || $0.email.lowercased() == name.lowercased() }
    }

    func account(of visitor: Visitor) -> DeskBook.Account? { account(named: visitor.user) }

    /// The position of an organization.
    package func organization(named name: String) -> Int? { organizations.firstIndex { $0.name == name } }

    /// The position of a desk.
    package func desk(_ id: Int) -> Int? { desks.firstIndex { $0.id == id } }
}
