import Testing
import XMLSecurity

/// Keys are shared by all tasks, and so may a document be.
@Suite struct ConcurrencyTests {
    @Test func `eight tasks verify different documents with one key, good and bad ones`() async throws {
        let verifier = try SignatureVerifier(keys: [Fixtures.publicKey("rsa2048")], policy: .standard)
        let outcomes = try await withThrowingTaskGroup(of: Bool.self) { group in
            for task in 0..<8 {
                group.addTask {
                    var forge = Forge()
                    forge.content = "<m:Name>alice-\(task)</m:Name>"
                    let good = try forge.octets()
                    let text = String(decoding: good, as: UTF8.self)
                    let bad = Array(text.replacing("alice", with: "mallory").utf8)
                    return try (0..<20).allSatisfy { _ in
                        let signed = try verifier.verify(XMLDocument(parsing: good, limits: .message).root)
                        let document = try XMLDocument(parsing: bad, limits: .message)
                        let error = refusal { _ = try verifier.verify(document.root) }
                        return error?.code == .digestMismatch
                            && signed.element.children.map(\.text) == ["alice-\(task)"]
                    }
                }
            }
            return try await group.reduce(into: [Bool]()) { $0.append($1) }
        }
        #expect(outcomes == Array(repeating: true, count: 8))
    }

    @Test func `eight tasks verify one document`() async throws {
        let root = try Fixtures.signed("p256-sha256")
        let verifier = try SignatureVerifier(keys: [Fixtures.publicKey("p256")], policy: .standard)
        try await withThrowingTaskGroup(of: String?.self) { group in
            for _ in 0..<8 {
                group.addTask { try verifier.verify(root).element.attribute("ID") }
            }
            for try await id in group { #expect(id == "_m") }
        }
    }
}
