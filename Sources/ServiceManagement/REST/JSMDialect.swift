import Broker
import Foundation
import HTTPTypes

/// The calls of one product; nil is a call that the product does not have.
protocol JSMDialect: Sendable {
    var product: JSMProduct { get }
    /// The member of a body that lists people.
    var peopleKey: String { get }
    func createCustomer(email: String, name: String) -> JSMCall<JSMUser>
    /// People whom a search shows for an address; the caller looks for an exact match.
    func search(email: String) -> JSMCall<[JSMUser]>
    func deskCustomers(_ desk: Int64, matching: String?, from start: Int) -> JSMCall<JSMPage<JSMUser>>?
    func removeDeskCustomers(_ ids: [String], from desk: Int64) -> JSMCall<Void>?
}

/// What both products have in common.
extension JSMDialect {
    static var root: String { "/rest/servicedeskapi" }

    func info() -> JSMCall<JSMInfo> {
        .reading("\(Self.root)/info", JSMWire.Info.self) { JSMInfo(version: $0.version) }
    }

    func serviceDesks(from start: Int) -> JSMCall<JSMPage<JSMServiceDesk>> {
        .page("\(Self.root)/servicedesk", from: start, JSMWire.ServiceDesk.self) { $0.desk }
    }

    func organizations(from start: Int) -> JSMCall<JSMPage<JSMOrganization>> {
        .page("\(Self.root)/organization", from: start, JSMWire.Organization.self) { $0.organization }
    }

    /// Answers with the one that is there, where one has the name.
    func createOrganization(_ name: String) -> JSMCall<JSMOrganization> {
        JSMCall(
            method: .post, path: "\(Self.root)/organization", body: JSMBody.encode(["name": .text(name)]),
            process: JSMCall.parser(JSMWire.Organization.self) { $0.organization })
    }

    func members(of organization: Int64, from start: Int) -> JSMCall<JSMPage<JSMUser>> {
        .page("\(Self.root)/organization/\(organization)/user", from: start, JSMWire.User.self) { [product] in
            $0.user(product)
        }
    }

    func addMembers(_ ids: [String], to organization: Int64) -> JSMCall<Void> {
        .writing(.post, "\(Self.root)/organization/\(organization)/user", [peopleKey: .texts(ids)])
    }

    func removeMembers(_ ids: [String], from organization: Int64) -> JSMCall<Void> {
        .writing(.delete, "\(Self.root)/organization/\(organization)/user", [peopleKey: .texts(ids)])
    }

    func deskOrganizations(_ desk: Int64, from start: Int) -> JSMCall<JSMPage<JSMOrganization>> {
        .page("\(Self.root)/servicedesk/\(desk)/organization", from: start, JSMWire.Organization.self) {
            $0.organization
        }
    }

    func attach(_ organization: Int64, to desk: Int64) -> JSMCall<Void> {
        .writing(.post, "\(Self.root)/servicedesk/\(desk)/organization", ["organizationId": .number(organization)])
    }

    func detach(_ organization: Int64, from desk: Int64) -> JSMCall<Void> {
        .writing(.delete, "\(Self.root)/servicedesk/\(desk)/organization", ["organizationId": .number(organization)])
    }

    func addDeskCustomers(_ ids: [String], to desk: Int64) -> JSMCall<Void> {
        .writing(.post, "\(Self.root)/servicedesk/\(desk)/customer", [peopleKey: .texts(ids)])
    }
}

/// Cloud: account ids, and experimental calls for the customers of a desk.
struct CloudDialect: JSMDialect {
    let product = JSMProduct.cloud
    let peopleKey = "accountIds"

    /// With the flag a duplicate is 409, which without it is one 400 among many.
    func createCustomer(email: String, name: String) -> JSMCall<JSMUser> {
        JSMCall(
            method: .post, path: "\(Self.root)/customer", query: [("strictConflictStatusCode", "true")],
            body: JSMBody.encode(["displayName": .text(name), "email": .text(email)]),
            process: JSMCall.parser(JSMWire.User.self) { $0.user(.cloud) })
    }

    func search(email: String) -> JSMCall<[JSMUser]> {
        .reading("/rest/api/3/user/search", query: [("query", email)], [JSMWire.User].self) { users in
            users.compactMap { $0.user(.cloud) }
        }
    }

    func deskCustomers(_ desk: Int64, matching: String?, from start: Int) -> JSMCall<JSMPage<JSMUser>>? {
        .page(
            "\(Self.root)/servicedesk/\(desk)/customer", from: start, query: matching.map { [("query", $0)] } ?? [],
            JSMWire.User.self, isExperimental: true
        ) { $0.user(.cloud) }
    }

    func removeDeskCustomers(_ ids: [String], from desk: Int64) -> JSMCall<Void>? {
        .writing(
            .delete, "\(Self.root)/servicedesk/\(desk)/customer", [peopleKey: .texts(ids)], isExperimental: true)
    }
}

/// Data Center: user names, and no look at a desk's customers.
struct DataCenterDialect: JSMDialect {
    let product = JSMProduct.dataCenter
    let peopleKey = "usernames"

    /// A duplicate is 400, as much else is.
    func createCustomer(email: String, name: String) -> JSMCall<JSMUser> {
        JSMCall(
            method: .post, path: "\(Self.root)/customer",
            body: JSMBody.encode(["fullName": .text(name), "email": .text(email)]), meanings: [400: .duplicate],
            process: JSMCall.parser(JSMWire.User.self) { $0.user(.dataCenter) })
    }

    /// User names of customers are their addresses.
    func search(email: String) -> JSMCall<[JSMUser]> {
        .reading("/rest/api/2/user", query: [("username", email)], JSMWire.User.self) { user in
            user.user(.dataCenter).map { [$0] }
        }
    }

    func deskCustomers(_ desk: Int64, matching: String?, from start: Int) -> JSMCall<JSMPage<JSMUser>>? { nil }

    func removeDeskCustomers(_ ids: [String], from desk: Int64) -> JSMCall<Void>? { nil }
}
