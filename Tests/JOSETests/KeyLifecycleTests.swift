import JOSE
import Testing

struct KeyLifecycleTests {
    private static let hour = KeyPolicy.hour
    private static let day = 24 * hour
    private static let now = 1_000 * day

    private static func active(_ kid: String, for age: Int64, _ algorithm: JWAlgorithm = .es256) -> SigningKeyRecord {
        .init(kid: kid, algorithm: algorithm, state: .active, publishedAt: now - age, activatedAt: now - age)
    }

    private static func next(_ kid: String, for age: Int64, _ algorithm: JWAlgorithm = .es256) -> SigningKeyRecord {
        .init(kid: kid, algorithm: algorithm, state: .next, publishedAt: now - age)
    }

    private static func retired(_ kid: String, deleteAfter: Int64?) -> SigningKeyRecord {
        .init(kid: kid, algorithm: .es256, state: .retired, publishedAt: 0, deleteAfter: deleteAfter)
    }

    struct Case: CustomTestStringConvertible {
        let testDescription: String
        let records: [SigningKeyRecord]
        var request = KeyRequest.routine
        var algorithm = JWAlgorithm.es256
        let expected: [KeyAction]
    }

    private static let cases: [Case] = [
        Case(testDescription: "the first key ever signs at once", records: [], expected: [.createActive]),
        Case(testDescription: "a young key needs nothing", records: [active("a", for: day)], expected: []),
        Case(
            testDescription: "the next key is published a day before it is due", records: [active("a", for: 89 * day)],
            expected: [.createNext]),
        Case(
            testDescription: "just before that, nothing", records: [active("a", for: 89 * day - 1)], expected: []),
        Case(
            testDescription: "a key due waits for the next to have been published a day",
            records: [active("a", for: 91 * day), next("b", for: day - 1)], expected: []),
        Case(
            testDescription: "then they change", records: [active("a", for: 90 * day), next("b", for: day)],
            expected: [.activate(kid: "b"), .retire(kid: "a")]),
        Case(
            testDescription: "a wish to rotate publishes a next key", records: [active("a", for: 1)], request: .rotate,
            expected: [.createNext]),
        Case(
            testDescription: "a wish to rotate does not shorten its publication",
            records: [active("a", for: day), next("b", for: day - 1)], request: .rotate, expected: []),
        Case(
            testDescription: "routine finishes a rotation that was wished for, however young the active key",
            records: [active("a", for: day), next("b", for: day)],
            expected: [.activate(kid: "b"), .retire(kid: "a")]),
        Case(
            testDescription: "an emergency ends all keys and tokens at once",
            records: [active("a", for: day), next("b", for: day), retired("c", deleteAfter: now + 1)],
            request: .emergency,
            expected: [.drop(kid: "a"), .drop(kid: "b"), .drop(kid: "c"), .createActive]),
        Case(
            testDescription: "a retired key goes when its last token has expired",
            records: [active("a", for: day), retired("c", deleteAfter: now), retired("d", deleteAfter: now + 1)],
            expected: [.drop(kid: "c")]),
        Case(
            testDescription: "a retired key without a date stays",
            records: [active("a", for: day), retired("c", deleteAfter: nil)], expected: []),
        Case(
            testDescription: "without an active key the next one signs, known or not",
            records: [next("b", for: 1)], expected: [.activate(kid: "b")]),
        Case(
            testDescription: "another algorithm asks for a next key of it", records: [active("a", for: day)],
            algorithm: .rs256, expected: [.createNext]),
        Case(
            testDescription: "a next key of another algorithm goes",
            records: [active("a", for: day), next("b", for: 2 * day)], algorithm: .rs256,
            expected: [.createNext, .drop(kid: "b")]),
        Case(
            testDescription: "another algorithm waits for its key to be known, too",
            records: [active("a", for: day), next("b", for: day, .rs256)], algorithm: .rs256,
            expected: [.activate(kid: "b"), .retire(kid: "a")]),
        Case(
            testDescription: "of two active keys the older retires",
            records: [active("a", for: 2 * day), active("b", for: day)],
            expected: [.retire(kid: "a")]),
        Case(
            testDescription: "a clock that went back changes nothing",
            records: [active("a", for: -day), next("b", for: -day)], expected: []),
    ]

    @Test(arguments: cases)
    func `plans what is due`(example: Case) {
        let plan = KeyLifecycle.plan(
            records: example.records, now: Self.now, policy: KeyPolicy(algorithm: example.algorithm),
            request: example.request)
        #expect(plan == example.expected)
    }

    @Test func `over two years always has one active key, which every verifier knew a day before`() throws {
        let policy = KeyPolicy()
        var records: [SigningKeyRecord] = []
        var made = 0
        for hour in 0..<Int64(2 * 365 * 24) {
            let now = hour * Self.hour
            for action in KeyLifecycle.plan(records: records, now: now, policy: policy) {
                if action == .createNext || action == .createActive { made += 1 }
                records = action.applied(to: records, now: now, newKid: "k\(made)", policy: policy)
            }
            #expect(KeyLifecycle.plan(records: records, now: now, policy: policy).isEmpty)
            let active = records.filter { $0.state == .active }
            #expect(active.count == 1)
            #expect(records.count <= 3)
            let key = try #require(active.first)
            let activated = try #require(key.activatedAt)
            #expect(key.kid == "k1" || activated - key.publishedAt >= policy.publishBefore)
        }
        #expect(made == 9)
    }

    @Test func `a key stays published until the last token it signed has surely expired`() {
        #expect(KeyPolicy().retention == Self.hour + Self.hour / 6 + Self.hour / 60)
    }
}

extension KeyAction {
    /// What the engine does to the records at a step; `newKid` names the key that a creating step made.
    fileprivate func applied(
        to records: [SigningKeyRecord], now: Int64, newKid: String, policy: KeyPolicy
    ) -> [SigningKeyRecord] {
        var records = records
        switch self {
        case .createNext:
            records.append(.init(kid: newKid, algorithm: policy.algorithm, state: .next, publishedAt: now))
        case .createActive:
            records.append(
                .init(
                    kid: newKid, algorithm: policy.algorithm, state: .active, publishedAt: now, activatedAt: now))
        case .activate(let kid):
            guard let index = records.firstIndex(where: { $0.kid == kid }) else { return records }
            (records[index].state, records[index].activatedAt) = (.active, now)
        case .retire(let kid):
            guard let index = records.firstIndex(where: { $0.kid == kid }) else { return records }
            (records[index].state, records[index].deleteAfter) = (.retired, now + policy.retention)
        case .drop(let kid):
            records.removeAll { $0.kid == kid }
        }
        return records
    }
}
