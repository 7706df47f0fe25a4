package import Broker
import Foundation

/// The calls of JSM's API that the broker makes, for both products.
package struct JSMClient: Sendable {
    /// A list longer than this many pages is taken for one without end.
    private static let mostPages = 2000

    package let product: JSMProduct
    private let dialect: any JSMDialect
    private let base: String
    private let account: JSMAccount
    private let transport: any HTTPTransport
    private let time: TimeSource

    /// A client of one JSM.
    ///
    /// - Parameter base: Its origin and context path, without a trailing slash.
    package init(
        _ product: JSMProduct, base: String, account: JSMAccount, transport: any HTTPTransport,
        time: TimeSource = .system
    ) {
        self.product = product
        dialect = product == .cloud ? CloudDialect() : DataCenterDialect()
        self.base = base
        self.account = account
        self.transport = transport
        self.time = time
    }

    /// Whether this product shows a desk's customers, and lets them be removed.
    package var managesDeskCustomers: Bool { product == .cloud }

    package func info() async throws(JSMError) -> JSMInfo { try await send(dialect.info()) }

    package func serviceDesks() async throws(JSMError) -> [JSMServiceDesk] {
        try await all { dialect.serviceDesks(from: $0) }
    }

    package func organizations() async throws(JSMError) -> [JSMOrganization] {
        try await all { dialect.organizations(from: $0) }
    }

    /// Makes an organization, or answers with the one that has the name.
    package func createOrganization(_ name: String) async throws(JSMError) -> JSMOrganization {
        try await send(dialect.createOrganization(name))
    }

    package func members(of organization: Int64) async throws(JSMError) -> [JSMUser] {
        try await all { dialect.members(of: organization, from: $0) }
    }

    package func addMembers(_ ids: [String], to organization: Int64) async throws(JSMError) {
        try await send(dialect.addMembers(ids, to: organization))
    }

    package func removeMembers(_ ids: [String], from organization: Int64) async throws(JSMError) {
        try await send(dialect.removeMembers(ids, from: organization))
    }

    package func organizations(of desk: Int64) async throws(JSMError) -> [JSMOrganization] {
        try await all { dialect.deskOrganizations(desk, from: $0) }
    }

    package func attach(_ organization: Int64, to desk: Int64) async throws(JSMError) {
        try await send(dialect.attach(organization, to: desk))
    }

    package func detach(_ organization: Int64, from desk: Int64) async throws(JSMError) {
        try await send(dialect.detach(organization, from: desk))
    }

    /// A desk's customers; nil where this product does not tell.
    package func customers(of desk: Int64) async throws(JSMError) -> [JSMUser]? {
        guard dialect.deskCustomers(desk, matching: nil, from: 0) != nil else { return nil }
        return try await all { dialect.deskCustomers(desk, matching: nil, from: $0) }
    }

    package func addCustomers(_ ids: [String], to desk: Int64) async throws(JSMError) {
        try await send(dialect.addDeskCustomers(ids, to: desk))
    }

    /// Takes people off a desk.
    ///
    /// - Throws: `notPossible` where this product has no such call.
    package func removeCustomers(_ ids: [String], from desk: Int64) async throws(JSMError) {
        guard let call = dialect.removeDeskCustomers(ids, from: desk) else {
            throw JSMError(.notPossible, detail: "\(product.rawValue) has no call that takes customers off a desk")
        }
        try await send(call)
    }

    /// Makes a customer.
    ///
    /// - Throws: `duplicate` where somebody has the address; Data Center says so of other faults too.
    package func createCustomer(email: String, name: String) async throws(JSMError) -> JSMUser {
        try await send(dialect.createCustomer(email: email, name: name))
    }

    /// The person with exactly this address; nil where nobody is shown with it.
    package func findCustomer(email: String) async throws(JSMError) -> JSMUser? {
        do {
            let wanted = email.lowercased()
            return try await send(dialect.search(email: email)).first { user in
                (user.email ?? (product == .dataCenter ? user.id : "")).lowercased() == wanted
            }
        } catch  where error.code == .notFound {
            return nil
        }
    }

    // MARK: Sending

    @discardableResult
    private func send<Answer>(_ call: JSMCall<Answer>) async throws(JSMError) -> Answer {
        let request = try call.request(base, account)
        let response: OutboundResponse
        do throws(TransportError) {
            response = try await transport.send(request)
        } catch {
            throw JSMError(error)
        }
        return try call.answer(response, now: Date(timeIntervalSince1970: Double(time.now.microseconds) / 1_000_000))
    }

    private func all<Element>(
        _ page: (Int) -> JSMCall<JSMPage<Element>>?
    ) async throws(JSMError) -> [Element] {
        var (found, next) = ([Element](), Optional(0))
        for _ in 0..<Self.mostPages {
            guard let start = next, let call = page(start) else { return found }
            let answer = try await send(call)
            found += answer.values
            next = answer.next
        }
        guard next == nil else { throw JSMError(.malformedAnswer, detail: "a list has no end") }
        return found
    }
}
