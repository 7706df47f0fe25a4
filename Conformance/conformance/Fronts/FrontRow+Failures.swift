// SPDX-License-Identifier: Apache-2.0

import Foundation

extension FrontRow {
    /// When something is broken.
    static let failures: [FrontRow] = [
        .init("the store is away: 503, and when it is back, so is Alice", "M44", needs: [.storeCheck]) { door in
            let (broker, alice) = (door.behind.broker, door.behind.alice)
            // Nothing that was verified before may answer for a store that has been away for a second.
            try await broker.clock.later(by: .seconds(2)) {
                try await broker.store.away {
                    for person in [nil, alice] {
                        try await door.open(TestBroker.defaultPath, as: person).refused(.unavailable)
                        try await door.post(TestBroker.defaultPath, form: "a=b", as: person).refused(.unavailable)
                    }
                }
            }
            try await door.open(TestBroker.defaultPath, as: alice).isSaid(to: alice)
        },
        .init("the gate is away: refused, whoever asks", "M44", needs: [.gateCheck]) { door in
            var addresses = door.running.addresses
            (addresses.front, addresses.gate) = (try FreePort.take(), try FreePort.take())
            let other = try await RunningFront.start(door.running.front, addresses)
            let result = await attempt {
                let closed = FrontDoor(behind: door.behind, running: other)
                for person in [nil, door.behind.alice] {
                    try await closed.open(TestBroker.defaultPath, as: person).refused(.unavailable)
                    try await closed.post("/servicedesk/customer/portal/3/create/25", form: "a=b", as: person)
                        .refused(.unavailable)
                }
            }
            await other.stop()
            try result.get()
        },
        .init("nothing of a query stands in a log", "M53") { door in
            let canary = "canary\(UInt32.random(in: 1 << 20 ... .max))"
            for target in [
                "/servicedesk/customer/portal/3?code=\(canary)", "/vestibule/cb/acme?code=\(canary)&state=\(canary)",
            ] {
                _ = try await door.open(target, as: door.behind.alice)
                _ = try await door.open(target)
            }
            let found = door.running.files(naming: canary)
            try require(found.isEmpty, "it is in \(found)")
        },
        .init("no ticket of a login and no private link stands in a log", "M53") { door in
            let canary = "canary\(UInt32.random(in: 1 << 20 ... .max))"
            for word in ["login", "continue", "arrive", "t"] {
                let target = "/vestibule/\(word)/\(canary)"
                for target in [target, "\(target)/x", "\(target)?a=b"] { _ = try await door.open(target) }
            }
            let found = door.running.files(naming: canary)
            try require(found.isEmpty, "it is in \(found)")
        },
        .init("no cookie of ours stands in a log", "M53") { door in
            let found =
                door.running.files(naming: door.behind.alice.handle)
                + door.running.files(naming: door.behind.alice.token)
            try require(found.isEmpty, "it is in \(found)")
        },
    ]
}
