import Broker
import Foundation
import HTTPTypes
import JOSE
import OpenIDConnect
import Testing

@Suite struct KeyRefreshTests {
    let world: World
    init() throws { world = try World() }

    private func login(_ party: RelyingParty, key: SigningKey? = nil) async throws -> LoginError? {
        let token = Secret(try world.token(key: key))
        let expected = world.expectations
        return await refusal { () async throws(LoginError) in
            try await party.verify(idToken: token, expecting: expected)
        }
    }

    private func forged(_ index: Int) -> String {
        let header = Base64URL.encode([UInt8](#"{"alg":"ES256","kid":"random-\#(index)"}"#.utf8))
        return "\(header).e30.\(Base64URL.encode([UInt8](repeating: 7, count: 64)))"
    }

    @Test func `ten thousand tokens with random key ids cost at most two fetches`() async throws {
        let party = try world.relyingParty()
        for index in 0..<10_000 {
            let token = Secret(forged(index))
            let expected = world.expectations
            let error = await refusal { () async throws(LoginError) in
                try await party.verify(idToken: token, expecting: expected)
            }
            guard error?.code == .unknownKey else {
                Issue.record("token \(index): \(String(describing: error))")
                return
            }
        }
        #expect(world.transport.count(World.jwksPath) == 2)
        #expect(try await login(party) == nil)
    }

    @Test func `many at once wait for one fetch`() async throws {
        let party = try world.relyingParty()
        let errors = await withTaskGroup(of: LoginError.Code?.self) { group in
            for index in 0..<200 {
                let token = Secret(forged(index))
                let expected = world.expectations
                group.addTask {
                    await refusal { () async throws(LoginError) in
                        try await party.verify(idToken: token, expecting: expected)
                    }?.code
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(errors.allSatisfy { $0 == .unknownKey })
        #expect(world.transport.count(World.jwksPath) == 2)
        #expect(world.transport.count(World.discoveryPath) == 1)
    }

    @Test func `a rotation succeeds on the first login with the new key`() async throws {
        let party = try world.relyingParty()
        #expect(try await login(party) == nil)
        let next = try SigningKey.generate(.es256, kid: "k2")
        world.publish([world.key, next])
        #expect(try await login(party, key: next) == nil)
        #expect(world.transport.count(World.jwksPath) == 2)
    }

    @Test func `a rotation under the same key id succeeds too`() async throws {
        let party = try world.relyingParty()
        #expect(try await login(party) == nil)
        let next = try SigningKey.generate(.es256, kid: "k1")
        world.publish([next])
        #expect(try await login(party, key: next) == nil)
    }

    @Test func `forged logout tokens cannot spend the refresh that a login needs`() async throws {
        let party = try world.relyingParty()
        #expect(try await login(party) == nil)
        let flood = forged(0)
        let error = await refusal { () async throws(LoginError) in try await party.verify(logoutToken: flood) }
        #expect(error?.code == .unknownKey)
        let next = try SigningKey.generate(.es256, kid: "k2")
        world.publish([next])
        #expect(try await login(party, key: next) == nil)
    }

    @Test func `the cool-down ends after sixty seconds and its jitter`() async throws {
        let party = try world.relyingParty()
        let unknown = try SigningKey.generate(.es256, kid: "k9")
        #expect(try await login(party, key: unknown)?.code == .unknownKey)
        #expect(world.transport.count(World.jwksPath) == 2)
        world.clock.advance(by: .seconds(74))
        #expect(try await login(party, key: unknown)?.code == .unknownKey)
        #expect(world.transport.count(World.jwksPath) == 2)
        world.clock.advance(by: .seconds(2))
        #expect(try await login(party, key: unknown)?.code == .unknownKey)
        #expect(world.transport.count(World.jwksPath) == 3)
    }

    @Test func `keys are fetched again after an hour, and a withdrawn one no longer counts`() async throws {
        let party = try world.relyingParty()
        #expect(try await login(party) == nil)
        let next = try SigningKey.generate(.es256, kid: "k2")
        world.publish([next])
        world.clock.advance(by: .seconds(3599))
        #expect(try await login(party) == nil)
        world.clock.advance(by: .seconds(1))
        #expect(try await login(party)?.code == .unknownKey)
    }

    @Test func `the last good keys serve while the OP is away, talks nonsense, or publishes nothing usable`()
        async throws
    {
        let party = try world.relyingParty()
        #expect(try await login(party) == nil)
        let broken: [@Sendable (ScriptedTransport) -> Void] = [
            { $0.fail(World.jwksPath, .timedOut) }, { $0.fail(World.jwksPath, .tooLarge) },
            { $0.on(World.jwksPath, json: "<html>") }, { $0.on(World.jwksPath, json: #"{"keys":[]}"#) },
            { $0.on(World.jwksPath, json: #"{"keys":[{"kty":"oct","k":"AAAA"}]}"#) },
            { $0.on(World.jwksPath) { _ throws(TransportError) in OutboundResponse(status: .found) } },
        ]
        for breakIt in broken {
            breakIt(world.transport)
            world.clock.advance(by: .seconds(3700))
            #expect(try await login(party) == nil)
        }
        world.publish([world.key])
        world.clock.advance(by: .seconds(3700))
        #expect(try await login(party) == nil)
    }

    @Test func `a failed refresh is not tried again at once`() async throws {
        let party = try world.relyingParty()
        #expect(try await login(party) == nil)
        world.transport.fail(World.jwksPath)
        world.clock.advance(by: .seconds(3700))
        for _ in 0..<5 { #expect(try await login(party) == nil) }
        #expect(world.transport.count(World.jwksPath) == 2)
    }

    @Test func `what was good survives a restart while the OP is down`() async throws {
        #expect(try await login(try world.relyingParty()) == nil)
        world.transport.fail(World.jwksPath)
        world.transport.fail(World.discoveryPath)
        #expect(try await login(try world.relyingParty()) == nil)
        world.clock.advance(by: .seconds(2 * 24 * 3600))
        #expect(try await login(try world.relyingParty()) == nil)
    }

    @Test func `another process's fetch is used rather than fetching again`() async throws {
        let (one, two) = (try world.relyingParty(), try world.relyingParty())
        #expect(try await login(one) == nil)
        #expect(try await login(two) == nil)
        #expect(world.transport.count(World.jwksPath) == 1)
        #expect(world.transport.count(World.discoveryPath) == 1)
        let next = try SigningKey.generate(.es256, kid: "k2")
        world.publish([next])
        #expect(try await login(one, key: next) == nil)
        #expect(try await login(two, key: next) == nil)
        #expect(world.transport.count(World.jwksPath) == 2)
    }

    @Test func `an OP that was never reached is unavailable, and is asked again`() async throws {
        let party = try world.relyingParty()
        world.transport.fail(World.discoveryPath, .unreachable)
        #expect(try await login(party)?.code == .upstreamUnavailable)
        world.transport.on(World.discoveryPath, json: World.document)
        #expect(try await login(party) == nil)
    }

    @Test func `says what it trusts and why a refresh failed`() async throws {
        let party = try world.relyingParty()
        let good = await party.refreshTrust()
        #expect(good.keys == [TrustStatus.Key(id: "k1", algorithm: "ES256")])
        #expect(good.lastGood == world.clock.now)
        #expect(good.nextRefresh == world.clock.now + .seconds(3600))
        #expect(good.problem == nil)
        world.transport.fail(World.jwksPath, .tlsFailed)
        let bad = await party.refreshTrust()
        #expect(bad.keys == good.keys)
        #expect(bad.problem == "jwks: tls_failed")
    }
}
