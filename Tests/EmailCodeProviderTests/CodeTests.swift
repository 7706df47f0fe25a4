import Broker
import ConformanceKit
import EmailCodeProvider
import Foundation
import Testing

@Suite struct CodeTests {
    /// The code that is mailed for these octets of the source; four of them make one draw.
    private func code(_ octets: [UInt8]) async throws -> String {
        var world = try World()
        // The login's identifier is drawn first, 32 octets.
        world.randomness = KitRandomness(repeating: [UInt8](repeating: 0, count: 32) + octets).source
        let login = try world.login()
        try await login.begin()
        let code = try world.mailbox.code()
        #expect(try await login.answer("code=\(code)") != nil)
        return code
    }

    private func octets(_ word: UInt32) -> [UInt8] {
        [UInt8(word >> 24), UInt8(word >> 16 & 255), UInt8(word >> 8 & 255), UInt8(word & 255)]
    }

    @Test(
        arguments: [
            (0, "00000000"), (1, "00000001"), (7_654_321, "07654321"), (99_999_999, "99999999"),
            (100_000_000, "00000000"), (4_199_999_999, "99999999"), (1_234_567_890, "34567890"),
        ] as [(UInt32, String)])
    func `every string of eight digits is a code, leading zeros included`(word: UInt32, expected: String) async throws {
        #expect(try await code(octets(word)) == expected)
    }

    @Test(arguments: [4_200_000_000, 4_200_000_001, UInt32.max])
    func `a word from the end of the range is drawn again, so that no code is likelier`(word: UInt32) async throws {
        #expect(try await code(octets(word) + octets(17)) == "00000017")
    }

    @Test func `each digit of real codes takes every value`() async throws {
        let world = try World()
        var seen = [Set<Character>](repeating: [], count: 8)
        for _ in 0..<400 {
            let login = try world.login()
            try await login.begin()
            for (place, digit) in try world.mailbox.code().enumerated() { seen[place].insert(digit) }
        }
        // Ten values in 400 draws: one is missing once in 10^17.
        #expect(seen.allSatisfy { $0 == Set("0123456789") })
    }

    @Test(arguments: [[UInt8](repeating: 255, count: 4)])
    func `a source that gives nothing usable ends the login, and does not hang`(octets: [UInt8]) async throws {
        var world = try World()
        world.randomness = KitRandomness(repeating: octets).source
        #expect(await (try world.login()).beginRefusal()?.code == .configurationInvalid)
        world.randomness = Randomness { _ in [] }
        #expect(await (try world.login()).beginRefusal()?.code == .configurationInvalid)
        #expect(world.mailbox.mails.isEmpty)
    }

    @Test func `what is kept differs from round to round while the code stays`() async throws {
        let world = try World()
        let login = try world.login()
        try await login.begin()
        var kept: Set<Data> = []
        for _ in 1...4 {
            kept.insert(login.state.bytes)
            try await login.answer("resend=1")
        }
        #expect(kept.count == 4)
        #expect(try await login.answer("code=\(try world.mailbox.code())") != nil)
    }
}
