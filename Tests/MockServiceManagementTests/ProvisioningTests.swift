// SPDX-License-Identifier: Apache-2.0

import Broker
import Foundation
import HTTPTypes
import MockServiceManagement
import Outbound
import ServiceManagement
import Testing

/// The API by which people get access, asked by the broker's own client.
@Suite(.serialized) struct ProvisioningTests {
    private struct World {
        let portal: MockPortal
        let client: JSMClient
        let transport: GuardedTransport

        func raw(
            _ method: HTTPRequest.Method, _ path: String, _ body: String? = nil, optIn: Bool = false
        ) async throws -> (status: Int, body: String) {
            var headers = [("Authorization", "Bearer pat"), ("Content-Type", "application/json")]
            if optIn { headers.append(("X-ExperimentalApi", "opt-in")) }
            let page = try await TestBrowser(transport).send(
                method, portal.url + "/rest/servicedeskapi" + path, headers: headers, body: body.map { Data($0.utf8) })
            return (page.status, page.body)
        }

        func status(
            _ method: HTTPRequest.Method, _ path: String, _ body: String? = nil, optIn: Bool = false
        ) async throws -> Int { try await raw(method, path, body, optIn: optIn).status }
    }

    private func run(
        _ flavour: MockPortal.Configuration.Flavour, closed: Set<Int> = [3], pageLimit: Int = 2,
        _ test: (World) async throws -> Void
    ) async throws {
        let signIn: MockPortal.Configuration.SignIn =
            flavour == .cloud
            ? .saml(identityProvider: .metadata("<none/>")) : .trustedHeader
        let portal = try await MockPortal.start(
            .init(
                controlSecret: "control", identity: .trustedHeaders(.init()), flavour: flavour, signIn: signIn,
                rest: .init(authorization: "Bearer pat", closedDesks: closed, pageLimit: pageLimit)))
        let transport = try TestBrowser.makeTransport()
        let client = JSMClient(
            flavour == .cloud ? .cloud : .dataCenter, base: portal.url, account: .bearer(Secret("pat")),
            transport: transport)
        let result: Result<Void, any Error>
        do {
            result = .success(try await test(World(portal: portal, client: client, transport: transport)))
        } catch { result = .failure(error) }
        await portal.stop()
        await transport.shutdown()
        try result.get()
    }

    private static let flavours: [MockPortal.Configuration.Flavour] = [.cloud, .dataCenter]

    @Test(arguments: flavours)
    func `people, organizations and desks are made, found, filled and emptied`(
        flavour: MockPortal.Configuration.Flavour
    ) async throws {
        try await run(flavour) { world in
            let client = world.client
            #expect(try await client.info().version == "10.3.0")
            #expect(try await client.serviceDesks().map(\.id) == [3, 5, 7])
            var users: [JSMUser] = []
            for name in ["ann", "bob", "cat", "dan", "eve"] {
                users.append(try await client.createCustomer(email: "\(name)@acme.example", name: name))
            }
            #expect(users[0].id == (flavour == .cloud ? users[0].id : "ann@acme.example"))
            let error = await #expect(throws: JSMError.self) {
                try await client.createCustomer(email: "Ann@acme.example", name: "Ann")
            }
            #expect(error?.code == .duplicate)
            #expect(try await client.findCustomer(email: "ann@acme.example")?.id == users[0].id)
            #expect(try await client.findCustomer(email: "zoe@acme.example") == nil)

            let acme = try await client.createOrganization("Acme")
            #expect(try await client.createOrganization("Acme") == acme)
            try await client.addMembers(users.map(\.id), to: acme.id)
            try await client.addMembers(users.map(\.id), to: acme.id)
            #expect(try await client.members(of: acme.id).map(\.id) == users.map(\.id))
            try await client.removeMembers([users[1].id], from: acme.id)
            #expect(try await client.members(of: acme.id).count == 4)

            try await client.attach(acme.id, to: 3)
            try await client.attach(acme.id, to: 3)
            #expect(try await client.organizations(of: 3) == [acme])
            try await client.detach(acme.id, from: 3)
            #expect(try await client.organizations(of: 3).isEmpty)
            try await client.addCustomers([users[2].id], to: 3)
            #expect(world.portal.desks.snapshot.desks.first?.customers == [users[2].id])
        }
    }

    @Test func `an unknown name makes it 400, and the others are taken all the same`() async throws {
        try await run(.cloud) { world in
            let ann = try await world.client.createCustomer(email: "ann@acme.example", name: "Ann")
            let error = await #expect(throws: JSMError.self) {
                try await world.client.addCustomers(["qm:nobody", ann.id], to: 3)
            }
            #expect(error?.code == .rejected)
            #expect(try await world.client.customers(of: 3)?.map(\.id) == [ann.id])
        }
    }

    @Test func `customers are taken off closed desks alone, as an experiment`() async throws {
        try await run(.cloud) { world in
            let ann = try await world.client.createCustomer(email: "ann@acme.example", name: "Ann")
            try await world.client.addCustomers([ann.id], to: 3)
            try await world.client.addCustomers([ann.id], to: 5)
            let body = #"{"accountIds":["\#(ann.id)"]}"#
            #expect(try await world.status(.delete, "/servicedesk/3/customer", body) == 412)
            #expect(try await world.status(.get, "/servicedesk/3/customer") == 412)
            #expect(try await world.status(.delete, "/servicedesk/5/customer", body, optIn: true) == 400)
            #expect(try await world.status(.delete, "/servicedesk/3/customer", body, optIn: true) == 204)
            #expect(world.portal.desks.snapshot.desks.map(\.customers) == [[], [ann.id], []])
        }
    }

    @Test func `each product refuses the other's bodies and calls`() async throws {
        try await run(.dataCenter) { world in
            let cloudBody = #"{"displayName":"A","email":"a@acme.example"}"#
            let statuses = [
                try await world.status(.post, "/servicedesk/3/customer", #"{"accountIds":[]}"#),
                try await world.status(.get, "/servicedesk/3/customer", optIn: true),
                try await world.status(.delete, "/servicedesk/3/customer", "{}", optIn: true),
                try await world.status(.post, "/customer", cloudBody),
            ]
            #expect(statuses == [400, 405, 405, 400])
        }
        try await run(.cloud) { world in
            let body = #"{"displayName":"A","email":"a@acme.example"}"#
            let statuses = [
                try await world.status(.post, "/servicedesk/3/customer", #"{"usernames":[]}"#),
                try await world.status(.post, "/customer", body), try await world.status(.post, "/customer", body),
                try await world.status(.post, "/customer?strictConflictStatusCode=true", body),
            ]
            #expect(statuses == [400, 201, 400, 409])
        }
    }

    @Test func `an organization of a directory refuses changes, and a wrong account everything`() async throws {
        try await run(.cloud) { world in
            world.portal.desks.change { book in
                book.organizations.append(.init(id: 4, name: "Kept", isSCIMManaged: true))
            }
            let ann = try await world.client.createCustomer(email: "ann@acme.example", name: "Ann")
            #expect(try await world.client.organizations().map(\.isSCIMManaged) == [true])
            let error = await #expect(throws: JSMError.self) { try await world.client.addMembers([ann.id], to: 4) }
            #expect(error?.code == .forbidden)
            let stranger = JSMClient(
                .cloud, base: world.portal.url, account: .bearer(Secret("other")), transport: world.transport)
            let refused = await #expect(throws: JSMError.self) { try await stranger.organizations() }
            #expect(refused?.code == .unauthenticated)
        }
    }

    @Test func `a list is whole over short pages, and a failure that was ordered is given`() async throws {
        try await run(.cloud, pageLimit: 3) { world in
            for number in 0..<11 { _ = try await world.client.createOrganization("o\(number)") }
            #expect(try await world.client.organizations().count == 11)
            let (_, page) = try await world.raw(.get, "/organization?start=3&limit=50")
            #expect(
                page.contains(#""size":2"#) && page.contains(#""isLastPage":false"#) && page.contains(#""limit":3"#))
            world.portal.desks.order(.init(status: 429, headers: ["Retry-After": "7"]))
            let error = await #expect(throws: JSMError.self) { try await world.client.organizations() }
            #expect(error?.code == .throttled && error?.retryAfter == .seconds(7))
            #expect(try await world.client.organizations().count == 11)
        }
    }

    @Test func `a closed desk is seen by its customers and its organizations' people alone`() async throws {
        try await run(.dataCenter) { world in
            let client = world.client
            for name in ["ann", "bob", "gone"] {
                _ = try await client.createCustomer(email: "\(name)@acme.example", name: name)
            }
            let acme = try await client.createOrganization("Acme")
            try await client.addMembers(["bob@acme.example"], to: acme.id)
            try await client.attach(acme.id, to: 3)
            try await client.addCustomers(["ann@acme.example", "gone@acme.example"], to: 3)
            world.portal.desks.change { book in
                for index in book.accounts.indices where book.accounts[index].username.hasPrefix("gone") {
                    book.accounts[index].isActive = false
                }
            }
            for (name, status) in [("ann", 200), ("bob", 200), ("gone", 404), ("cat", 404)] {
                let headers = [("X-Vestibule-User", "\(name)@acme.example")]
                let browser = TestBrowser(world.transport)
                for path in ["", "/create/25"] {
                    let page = try await browser.get(
                        "\(world.portal.url)/servicedesk/customer/portal/3\(path)", headers: headers)
                    #expect(page.status == status, "\(name) \(path)")
                }
                let list = try await browser.get("\(world.portal.url)/servicedesk/customer/portals", headers: headers)
                #expect(list.body.contains("/portal/3\"") == (status == 200) && list.body.contains("/portal/5\""))
                let models = try await browser.send(
                    .post, "\(world.portal.url)/rest/servicedesk/1/customer/models", headers: headers,
                    body: Data(#"{"models":["portal"],"options":{"portalId":3}}"#.utf8))
                #expect(models.status == (status == 200 ? 200 : 403))
                let ticket = try await browser.send(
                    .post, "\(world.portal.url)/rest/servicedeskapi/request", headers: headers,
                    body: Data(
                        #"{"serviceDeskId":3,"requestTypeId":25,"requestFieldValues":{"summary":"x"}}"#.utf8))
                #expect(ticket.status == (status == 200 ? 201 : 403))
            }
            #expect(world.portal.ledger.tickets.count == 2)
            let shown = try await TestBrowser(world.transport).send(
                .get, "\(world.portal.url)/__mock/desks", headers: [("X-Mock-Control", "control")])
            #expect(shown.body.contains(#""name":"Acme""#) && shown.body.contains(#""isClosed":true"#))
        }
    }
}
