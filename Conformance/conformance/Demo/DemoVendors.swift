// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import JOSE
import MockIdentityProviders

/// What a script needs to know of the vendors' mocks.
enum DemoVendors {
    /// The port, the hosts, and for each vendor what a broker is configured with.
    static func ready(_ world: VendorWorld) -> JSONObject {
        var connections = JSONObject()
        for sample in world.sampleConnections {
            connections[sample.name] = .object([
                "kind": .string(sample.kind), "domain": .string(sample.domain),
                "settings": (try? JSONValue.parse(Array(sample.json.utf8))) ?? .null,
                "people": .array(sample.people.map { .string($0.email) }),
            ])
        }
        return [
            "port": .integer(Int64(world.port)), "hosts": .array(world.publicHosts.sorted().map { .string($0) }),
            "connections": .object(connections),
        ]
    }

    /// One JSON object of names and values, for its owner alone.
    static func write(_ secrets: [String: String], to path: String) throws {
        let object = JSONObject(secrets.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })
        let isMade = FileManager.default.createFile(
            atPath: path, contents: Data(object.serialized()), attributes: [.posixPermissions: 0o600])
        guard isMade else { throw ValidationError("\(path) cannot be written") }
    }
}
