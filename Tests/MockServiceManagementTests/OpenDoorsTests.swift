// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import MockServiceManagement
import Outbound
import Testing

@Suite(.serialized) struct OpenDoorsTests {
    private static let doors: [(door: MockPortal.OpenDoors, path: String)] = [
        (.loginFree, "/servicedesk/customer/portal/3"), (.signUp, "/servicedesk/customer/user/signup"),
        (.passwordForm, "/servicedesk/customer/user/login"), (.fallback, "/login.jsp?auth_fallback"),
    ]

    @Test func `a door that is closed sends to the sign-in, and the others stay open`() async throws {
        for (closed, _) in Self.doors {
            let statuses = try await statuses(of: .all.subtracting(closed))
            for ((door, path), status) in zip(Self.doors, statuses) {
                #expect(status == (door == closed ? 303 : 200), "\(path) with \(closed.rawValue) closed")
            }
        }
    }

    @Test func `with every door open nobody has to sign in`() async throws {
        #expect(try await statuses(of: .all) == [200, 200, 200, 200])
    }

    @Test func `closed portals answer somebody who is signed in`() async throws {
        let portal = try await MockPortal.start(
            .init(controlSecret: "control", identity: .trustedHeaders(.init()), openDoors: []))
        let transport = try TestBrowser.makeTransport()
        let page = try await TestBrowser(transport).get(
            "\(portal.url)/servicedesk/customer/portal/3", headers: [("X-Vestibule-User", "bob")])
        await portal.stop()
        await transport.shutdown()
        #expect(page.status == 200)
    }

    private func statuses(of doors: MockPortal.OpenDoors) async throws -> [Int] {
        let portal = try await MockPortal.start(.init(controlSecret: "control", openDoors: doors))
        let transport = try TestBrowser.makeTransport()
        var statuses: [Int] = []
        for (_, path) in Self.doors {
            statuses.append(Int(try await TestBrowser(transport).get(portal.url + path).status))
        }
        await portal.stop()
        await transport.shutdown()
        return statuses
    }
}
