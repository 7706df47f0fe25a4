// SPDX-License-Identifier: Apache-2.0

import Broker
import Foundation
import HTTPTypes
import JOSE
import MockIdentityProviders
import Testing

@Suite(.serialized) struct VendorAPITests {
    @Test(arguments: [
        (APIFault.unauthorized, GroupSet.Completeness.failed, 0), (.failing, .failed, 0), (.throttled, .failed, 0),
        (.threePages, .complete, 6), (.secondPageFails, .failed, 0),
    ])
    func `groups that Entra ID leaves out come from Graph, or are unknown`(
        fault: APIFault, completeness: GroupSet.Completeness, count: Int
    ) async throws {
        try await World.with("entra") { world in
            try world.vendor.setAPIFault(fault)
            let groups = try await world.identity("gina", fault: "overage").groups
            #expect(groups.completeness == completeness)
            #expect(groups.values.count == count)
        }
    }

    @Test(arguments: [
        (APIFault.unauthorized, GroupSet.Completeness.failed), (.failing, .failed), (.threePages, .complete),
        (.secondPageFails, .failed),
    ])
    func `Google's groups come from the Directory API, page by page, or are unknown`(
        fault: APIFault, completeness: GroupSet.Completeness
    ) async throws {
        try await World.with("google") { world in
            try world.vendor.setAPIFault(fault)
            let groups = try await world.identity("gina").groups
            #expect(groups.completeness == completeness)
            if completeness == .complete { #expect(groups.values.count == 7) }
        }
    }

    @Test(arguments: [(APIFault.threePages, GroupSet.Completeness.complete), (.secondPageFails, .failed)])
    func `GitHub's teams come page by page, or are unknown`(
        fault: APIFault, completeness: GroupSet.Completeness
    ) async throws {
        try await World.with("github", adding: ["requiredOrganizations": .array([.string("acme")])]) { world in
            try world.vendor.setAPIFault(fault)
            // With the second page of addresses failing too, nobody knows who it is.
            guard completeness == .complete else {
                let seen1 = try await world.refusal("gina", fault: "")
                #expect(seen1 == "upstream_unavailable")
                return
            }
            let groups = try await world.identity("gina").groups
            #expect(groups.values.count == 7)
            #expect(groups.completeness == .complete)
        }
    }

    @Test func `somebody who left GitHub's organization is not let in`() async throws {
        try await World.with("github") { world in
            var alice = try #require(OPProfile.github.people.first)
            alice.groups = []
            try world.vendor.change(alice)
            let seen2 = try await world.refusal(fault: "")
            #expect(seen2 == "not_admitted")
        }
    }

    static let directories = ["google", "cognito", "keycloak", "keycloak-legacy", "entra"]

    @Test(arguments: directories)
    func `a directory lists everybody, and says who is disabled`(vendor: String) async throws {
        try await World.with(vendor) { world in
            let directory = try #require(world.provider as? any DirectorySource)
            let before = try await everybody(directory, since: nil)
            #expect(before.people.count == 3)
            #expect(before.people.allSatisfy { $0.status == .active })
            let subject = try await world.identity("bob").subject
            #expect(before.people.contains { $0.subject == subject })
            try world.vendor.setDisabled(true, user: "bob")
            let after = try await everybody(directory, since: before.cursor)
            #expect(after.people.first { $0.subject == subject }?.status == .gone)
            let seen3 = try await directory.status(of: subject)
            #expect(seen3 == .gone)
        }
    }

    @Test(arguments: directories)
    func `somebody who was deleted is gone`(vendor: String) async throws {
        try await World.with(vendor) { world in
            let directory = try #require(world.provider as? any DirectorySource)
            let subject = try await world.identity("bob").subject
            try world.vendor.remove(user: "bob")
            let seen4 = try await directory.status(of: subject)
            #expect(seen4 == .gone)
        }
    }

    @Test(arguments: directories)
    func `a directory that fails does not say that anybody is gone`(vendor: String) async throws {
        try await World.with(vendor) { world in
            let directory = try #require(world.provider as? any DirectorySource)
            let subject = try await world.identity("bob").subject
            try world.vendor.setAPIFault(.failing)
            await #expect(throws: LoginError.self) { try await directory.changes(since: nil) }
            #expect((try? await directory.status(of: subject)) != .gone)
        }
    }

    private func everybody(
        _ directory: any DirectorySource, since cursor: Data?
    ) async throws -> (people: [DirectoryPerson], cursor: Data) {
        var people: [DirectoryPerson] = []
        var cursor = cursor
        for _ in 0..<20 {
            let page = try await directory.changes(since: cursor)
            people += page.people
            cursor = page.cursor
            if !page.hasMore { return (people, page.cursor) }
        }
        throw Browser.Problem.unexpected("no end")
    }
}
