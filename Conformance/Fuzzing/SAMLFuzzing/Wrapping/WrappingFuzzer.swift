package import SAML
import XMLSecurity

/// Edits good messages at random, and asks who signs in with what comes out.
///
/// The same seed makes the same edits; only ciphertext differs from run to run.
package struct WrappingFuzzer: Sendable {
    /// One edited message.
    package struct Variant: Sendable {
        /// What it was made from, and by which edits.
        package let origin: String
        /// The message.
        package let octets: [UInt8]
    }

    private let messages: [GoodMessage]
    private let material: [MarkupElement]
    private let oracle: Oracle
    private let connection: Acme
    private let seed: UInt64

    /// A fuzzer.
    ///
    /// - Parameters:
    ///   - own: The messages.
    ///   - seed: Chooses the edits.
    ///   - steps: What the reader does; without one of its steps, the fuzzer should find what that step is there for.
    package init(
        _ own: OwnDev, seed: UInt64, steps: Set<ResponseReader.Step> = Set(ResponseReader.Step.allCases)
    ) throws {
        connection = try Acme(own, steps: steps)
        oracle = try Oracle(connection, signed: own.signedPersons())
        messages = try own.goodMessages(Acme(own))
        material = own.cases.filter {
            !$0.isGood && $0.kind != "response" || $0.acs != "acme" || $0.file.contains("idp-b")
        }
        .compactMap { item in (try? own.octets(item.file)).flatMap { try? MarkupParser.parse($0) } }
        self.seed = seed
    }

    /// The message of a number.
    package func variant(_ number: Int) throws -> Variant {
        var random = SeededGenerator(seed: seed &+ UInt64(number) &* 0xA076_1D64_78BD_642F)
        guard let message = random.pick(messages) else { throw Unfit("no good messages") }
        var draft = Draft(root: message.root, random: random, material: material)
        var names: [String] = []
        for _ in 0..<Int.random(in: 1...4, using: &draft.random) {
            guard let edit = draft.random.pick(WrappingEdit.all) else { continue }
            edit.apply(&draft)
            names.append(edit.name)
        }
        if message.root.paths(named: "EncryptedAssertion").isEmpty == false, draft.chance(3) {
            try forgeCiphertext(&draft)
            names.append("ciphertext")
        }
        return Variant(
            origin: "\(message.name): \(names.joined(separator: ", "))",
            octets: try message.octets(draft.root, with: connection.encryptor))
    }

    /// Runs variants.
    package func run(_ numbers: Range<Int>) throws -> WrappingReport {
        var report = WrappingReport()
        for message in messages {
            let verdict = oracle.judge(try message.octets(message.root, with: connection.encryptor))
            guard verdict == .accepted else { throw Unfit("\(message.name) is not accepted unchanged: \(verdict)") }
        }
        for number in numbers {
            let variant = try variant(number)
            let (verdict, seconds) = ProcessorTime.measure { oracle.judge(variant.octets) }
            report.add(number, variant, verdict, seconds)
        }
        return report
    }

    /// Anybody can encrypt to our key: a ciphertext of a forged assertion in the place of the signed one.
    private func forgeCiphertext(_ draft: inout Draft) throws {
        guard let path = draft.any("EncryptedAssertion"), let plain = messages.first?.root,
            let assertion = plain.paths(named: "Assertion").first.flatMap({ plain.standalone($0) })
        else { return }
        let twin = draft.evilTwin(of: assertion)
        let parts = try connection.encryptor.encrypt(twin.octets)
        let forged = MarkupElement(
            "saml:EncryptedAssertion", [("xmlns:saml", "urn:oasis:names:tc:SAML:2.0:assertion")],
            parts.map { .raw($0.string) })
        if draft.chance(2) { draft.root[path] = forged } else { draft.place(forged, in: path.dropLast()) }
    }
}
