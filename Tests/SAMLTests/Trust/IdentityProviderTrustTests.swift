import Broker
import Foundation
import HTTPTypes
import SAML
import Testing
import XMLSecurity

@Suite struct IdentityProviderTrustTests {
    let world: TrustWorld
    let old: PrivateKey
    let new: PrivateKey

    init() throws {
        world = try TrustWorld()
        (old, new) = (try MetadataWorld.key(0), try MetadataWorld.key(1))
        try world.publish(old)
    }

    private func keys(_ keys: PrivateKey...) -> [[UInt8]] { keys.map(\.subjectPublicKeyInfo) }

    // MARK: Rollover

    @Test func `a rollover by way of both keys needs no message to fail`() async throws {
        let trust = world.trust()
        #expect(TrustWorld.keys(try await trust.current()) == keys(old))
        try world.publish(old, new)
        world.clock.advance(by: .seconds(3600))
        #expect(TrustWorld.keys(try await trust.current()) == keys(old, new))
        try world.publish(new)
        world.clock.advance(by: .seconds(3600))
        #expect(TrustWorld.keys(try await trust.current()) == keys(new))
        #expect(world.source.count == 3)
    }

    @Test func `a rollover at one stroke costs one fetch, for all processes`() async throws {
        let (one, two) = (world.trust(), world.trust())
        let before = [try await one.current(), try await two.current()]
        try world.publish(new)
        #expect(TrustWorld.keys(await one.newer(than: before[0])) == keys(new))
        #expect(TrustWorld.keys(await two.newer(than: before[1])) == keys(new))
        #expect(TrustWorld.keys(try await one.current()) == keys(new))
        #expect(world.source.count == 2)
    }

    @Test func `a thousand forged messages at two processes cause exactly one fetch`() async throws {
        let trusts = [world.trust(), world.trust()]
        let before = [try await trusts[0].current(), try await trusts[1].current()]
        #expect(world.source.count == 1)
        await withTaskGroup { group in
            for index in 0..<1000 {
                group.addTask { _ = await trusts[index % 2].newer(than: before[index % 2]) }
            }
        }
        for index in 0..<1000 {
            let now = try await trusts[index % 2].current()
            #expect(await trusts[index % 2].newer(than: now) == nil)
        }
        #expect(world.source.count == 2)
        world.clock.advance(by: .seconds(59))
        let now = try await trusts[0].current()
        #expect(await trusts[0].newer(than: now) == nil)
        #expect(world.source.count == 2)
    }

    @Test func `whoever replaced keys is told to the operator, once`() async throws {
        let (one, two) = (world.trust(), world.trust())
        let before = try await one.current()
        _ = try await two.current()
        try world.publish(new)
        let after = try #require(await one.newer(than: before))
        world.clock.advance(by: .seconds(2))
        _ = try await two.newer(than: two.current())
        let (added, removed) = (after.description.signingKeys[0].id, before.description.signingKeys[0].id)
        #expect(world.log.all.count == 1)
        #expect(world.log.all.first?.contains("\"added\": [\"\(added)\"]") == true)
        #expect(world.log.all.first?.contains("\"removed\": [\"\(removed)\"]") == true)
    }

    // MARK: What is not believed

    @Test func `another entityID in the refreshed document is refused, and the last good state stays`() async throws {
        let trust = world.trust()
        _ = try await trust.current()
        try world.publish(new, entityID: "https://evil.example/saml")
        await trust.refresh()
        #expect(TrustWorld.keys(try await trust.current()) == keys(old))
        let status = await trust.status()
        #expect(
            status.problem
                == "metadata: the EntityDescriptor's entityID is \"https://evil.example/saml\", configured is "
                + "\"\(MetadataWorld.entityID)\"")
        #expect(status.keys.count == 1)
        #expect(status.lastGood == world.clock.now)
    }

    @Test(arguments: [404, 302, 500])
    func `an answer that is not 200 is none`(status: Int) async throws {
        let document = try MetadataWorld.metadata().document()
        world.source.serve(document, status: .init(code: status))
        #expect(await TrustWorld.error(world.trust()) != nil)
        world.source.serve(document)
        world.clock.advance(by: .seconds(5))
        #expect(await TrustWorld.error(world.trust()) == nil)
    }

    @Test func `metadata without a key refuses logins rather than signatures`() async throws {
        world.source.serve(Array(MetadataWorld.entity(MetadataWorld.role(MetadataWorld.sso)).utf8))
        let error = try #require(await TrustWorld.error(world.trust()))
        #expect(error.code == .upstreamInvalid)
        #expect(error.rule == "metadata_no_keys")
    }

    @Test func `plain http is not trusted, except where nothing leaves the machine`() async throws {
        let plain = try unwrap(URL(string: "http://idp.example/metadata"))
        #expect(await TrustWorld.error(world.trust(.tls(plain)))?.code == .configurationInvalid)
        #expect(world.source.count == 0)
        let local = try unwrap(URL(string: "http://idp.localhost:9000/metadata"))
        #expect(await TrustWorld.error(world.trust(.tls(local))) == nil)
    }

    // MARK: The source is away

    @Test func `the last good state serves while the source is away, and after a restart`() async throws {
        _ = try await world.trust().current()
        world.source.serve(nil)
        world.clock.advance(by: .seconds(30 * 86400))
        let restarted = world.trust()
        #expect(TrustWorld.keys(try await restarted.current()) == keys(old))
        #expect(await restarted.status().problem == "saml-metadata: unreachable")
    }

    @Test func `a restart within the hour does not ask`() async throws {
        _ = try await world.trust().current()
        let restarted = world.trust()
        #expect(await restarted.status().keys.count == 1)
        #expect(TrustWorld.keys(try await restarted.current()) == keys(old))
        #expect(world.source.count == 1)
    }

    @Test func `nothing known and nobody there is said, and not asked for each message`() async throws {
        world.source.serve(nil)
        let trust = world.trust()
        for _ in 0..<100 {
            #expect(await TrustWorld.error(trust)?.code == .upstreamUnavailable)
        }
        #expect(world.source.count == 1)
        #expect(
            await trust.status()
                == TrustStatus(
                    keys: [], lastGood: nil, nextRefresh: nil, problem: "saml-metadata: unreachable"))
    }

    @Test func `what has ended is not used, however far away the source is`() async throws {
        try world.publish(old, validUntil: .seconds(7200))
        let trust = world.trust()
        _ = try await trust.current()
        world.source.serve(nil)
        world.clock.advance(by: .seconds(7199))
        #expect(TrustWorld.keys(try await trust.current()) == keys(old))
        world.clock.advance(by: .seconds(1))
        let error = try #require(await TrustWorld.error(trust))
        #expect(error.code == .upstreamUnavailable)
        #expect(error.rule == "metadata_expired")
        #expect(error.detail.contains("was not renewed: saml-metadata: unreachable"))
        #expect(await trust.status().problem == error.detail)
        #expect(await TrustWorld.error(world.trust()) != nil)
        try world.publish(new, validUntil: .seconds(7200))
        world.clock.advance(by: .seconds(80))
        #expect(TrustWorld.keys(try await trust.current()) == keys(new))
    }

    @Test func `what is about to end is renewed before it ends`() async throws {
        try world.publish(old, validUntil: .seconds(1800))
        let trust = world.trust()
        _ = try await trust.current()
        try world.publish(new, validUntil: .seconds(90000))
        world.clock.advance(by: .seconds(1200))
        #expect(TrustWorld.keys(try await trust.current()) == keys(new))
    }

    // MARK: The other policies

    @Test func `manual trust asks nobody and never changes`() async throws {
        let description = try MetadataWorld.read(MetadataWorld.document())
        let trust = world.trust(.manual(description))
        let snapshot = try await trust.current()
        await trust.refresh()
        #expect(await trust.newer(than: snapshot) == nil)
        #expect(world.source.count == 0)
        let status = await trust.status()
        #expect(status.keys.map(\.id) == description.signingKeys.map(\.id))
        #expect(status.keys.first?.algorithm == "RSA 2048")
        #expect(status.keys.first?.notAfter == description.signingKeys.first?.notAfter)
        #expect(status.problem == nil)
    }

    @Test func `manual metadata that has ended is not used`() async throws {
        var description = try MetadataWorld.read(MetadataWorld.document())
        description.validUntil = world.clock.now
        let trust = world.trust(.manual(description))
        let error = await TrustWorld.error(trust)
        #expect(error?.rule == "metadata_expired")
        #expect(await trust.status().problem == error?.detail)
    }

    @Test func `a pinned signature is asked for at every fetch`() async throws {
        let signer = try MetadataWorld.key(1)
        let serve = { (maker: SignatureMaker?, end: Duration?) in
            let metadata = try MetadataWorld.metadata(validUntil: end.map { world.clock.now + $0 })
            world.source.serve(try maker.map { try metadata.document(signedBy: $0, id: "_m1") } ?? metadata.document())
        }
        let trust = world.trust(.pinnedSignature(world.url, try signer.publicKey))
        try serve(SignatureMaker(key: signer), .seconds(86400))
        #expect(TrustWorld.keys(try await trust.current()) == keys(old))
        for (maker, end, problem) in [
            (nil, Duration.seconds(86400), "holds no signature"),
            (SignatureMaker(key: old), .seconds(86400), "does not verify"),
            (SignatureMaker(key: signer), nil, "must have a validUntil"),
            (SignatureMaker(key: signer), .seconds(15 * 86400), "more than 14 days ahead"),
        ] as [(SignatureMaker?, Duration?, String)] {
            try serve(maker, end)
            await trust.refresh()
            #expect(await trust.status().problem?.contains(problem) == true)
            #expect(TrustWorld.keys(try await trust.current()) == keys(old))
        }
    }

    @Test func `what is remembered is believed no more than what is fetched`() async throws {
        _ = try await world.trust(.tls(world.url)).current()
        world.source.serve(nil)
        let strict = world.trust(.pinnedSignature(world.url, try new.publicKey))
        #expect(await TrustWorld.error(strict)?.code == .upstreamUnavailable)
    }
}
