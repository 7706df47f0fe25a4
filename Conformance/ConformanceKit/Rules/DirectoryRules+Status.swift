import Broker
import Foundation
import HTTPTypes

extension ProviderRule {
    static let statusRules: [ProviderRule] = [
        directoryRule(
            "directory.status", "who is there is active; who is disabled or deleted is gone",
            clause: "SPI, DirectoryStatus", fix: "read the vendor's own word on each"
        ) { row in
            let driver = try DirectoryDriver(row)
            let people = try await driver.everybody().people
            let bob = people.filter { $0.subject.subject == driver.script.subject(.bob) }
            try require(!bob.isEmpty && bob.allSatisfy { $0.status == .gone }, "who is disabled is not listed as gone")
            let leaver = try await driver.key(of: driver.leaver)
            for (person, wanted) in [(KitPerson.alice, DirectoryStatus.active), (.bob, .gone)] {
                let status = try await driver.status(of: try await driver.key(of: person))
                try require(status == wanted, "\(person.name) is \(words(status)), wanted is \(wanted.rawValue)")
            }
            driver.remove(driver.leaver)
            let status = try await driver.status(of: leaver)
            try require(status == .gone, "who was deleted is \(words(status))")
        },
        directoryRule(
            "directory.never-gone", "nobody is gone but by the vendor's own word",
            clause: "SPI, DirectoryStatus.unknown",
            fix: "look at what the answer says; a status of 404 alone is a proxy's word"
        ) { row in
            for (name, answer) in DirectoryAnswers.all {
                for isOfPersonAlone in [true, false] {
                    let driver = try DirectoryDriver(row)
                    let key = try await driver.key(of: driver.leaver)
                    driver.remove(driver.leaver)
                    driver.spoil(.init(applies: { isLookUp($0, orList: !isOfPersonAlone) }, answer: answer))
                    let status = try await driver.status(of: key)
                    try require(status != .gone, "gone by \(name)")
                }
            }
        },
        directoryRule(
            "directory.foreign", "of a person who is not this connection's nothing is known",
            clause: "SPI, SubjectKey", fix: "compare connection, issuer and tenant before anybody is asked"
        ) { row in
            let driver = try DirectoryDriver(row)
            let key = try await driver.key(of: driver.leaver)
            driver.remove(driver.leaver)
            let foreign = [
                SubjectKey(connection: "other", issuer: key.issuer, tenant: key.tenant, subject: key.subject),
                SubjectKey(
                    connection: key.connection, issuer: "https://other.example", tenant: key.tenant,
                    subject: key.subject),
                SubjectKey(
                    connection: key.connection, issuer: key.issuer, tenant: (key.tenant ?? "") + "x",
                    subject: key.subject),
            ]
            let malformed = ["", "..", "../users", "a b", "\"", String(repeating: "x", count: 300)].map {
                SubjectKey(connection: key.connection, issuer: key.issuer, tenant: key.tenant, subject: $0)
            }
            for subject in foreign + malformed {
                let status = try await driver.status(of: subject)
                try require(
                    status == nil || status == .unknown,
                    "\(subject.connection), \(subject.issuer), \(subject.subject.prefix(20)) is \(words(status))")
            }
        },
        directoryRule(
            "directory.leaks", "no error and no log line carries a secret or what the directory sent",
            clause: "RFC 6819 section 4.3.3; SPI, LoginError.detail",
            fix: "say what was wrong, never what was found there"
        ) { row in
            for (name, answer) in DirectoryAnswers.echoes {
                let driver = try DirectoryDriver(row)
                let key = try await driver.key(of: driver.leaver)
                driver.spoil(.init(applies: isOfPeople, answer: answer))
                let errors = [
                    try await driver.refusal { source throws(LoginError) in _ = try await source.changes(since: nil) },
                    try await driver.refusal { source throws(LoginError) in _ = try await source.status(of: key) },
                ]
                let text = errors.compactMap { $0.map(Leaks.words) }.joined() + driver.login.bench.log.text
                let secrets = driver.login.bench.secretValues + driver.script.marks + [DirectoryAnswers.mark]
                for secret in secrets where secret.utf8.count >= 8 && text.contains(secret) {
                    throw KitFailure("\(name): something secret is written down (\(secret.prefix(8))...)")
                }
            }
        },
    ]

    private static func words(_ status: DirectoryStatus?) -> String { status?.rawValue ?? "an error" }

    private static func isLookUp(_ question: ScriptedDirectory.Question, orList: Bool) -> Bool {
        switch question {
        case .person: true
        case .find: orList
        case .page, .other: false
        }
    }

    private static func isOfPeople(_ question: ScriptedDirectory.Question) -> Bool {
        if case .other = question { false } else { true }
    }
}

/// What comes in place of a directory's answer.
enum DirectoryAnswers {
    /// Text of an answer that may not come out again.
    static let mark = "S3CR3T-in-an-answer"

    private static func json(_ text: String, _ status: HTTPResponse.Status) -> ScriptedTransport.Answer {
        { _ throws(TransportError) in .json(text, status: status) }
    }

    /// Answers that say nothing about anybody.
    static let failures: [(String, ScriptedTransport.Answer)] = [
        ("a server error", json(#"{"error":"internal"}"#, .internalServerError)),
        ("a refused token", json(#"{"error":"invalid_token"}"#, .unauthorized)),
        ("a missing permission", json(#"{"error":"forbidden"}"#, .forbidden)),
        ("too many requests", json("{}", .tooManyRequests)),
        ("a page", { _ throws(TransportError) in .html("<h1>Sign in</h1>") }),
        ("an object of something else", json(#"{"unexpected":true}"#, .ok)),
        ("no JSON", json("{", .ok)),
    ]

    /// Those, and such as a proxy gives for an address that it does not know.
    static let all =
        failures + [
            ("a proxy's 404", { _ throws(TransportError) in .html("<h1>Not Found</h1>", status: .notFound) }),
            ("a 404 that says nothing", json("{}", .notFound)),
            ("a 404 of another API", json(#"{"error":"x"}"#, .notFound)),
            ("a refusal that says nothing", json("{}", .badRequest)), ("410", json("{}", .gone)),
        ]

    /// Answers that repeat the request, as some gateways do.
    static let echoes: [(String, ScriptedTransport.Answer)] = [500, 401, 403, 404, 400, 200].flatMap { code in
        [false, true].map { ("an answer of \(code) that repeats the request", echo(code, isJSON: $0)) }
    }

    private static func echo(_ code: Int, isJSON: Bool) -> ScriptedTransport.Answer {
        { request throws(TransportError) in
            let status = HTTPResponse.Status(code: code)
            let fields = request.headerFields.map { "\($0.name): \($0.value)" }.joined(separator: "\n")
            let text = "\(mark)\n\(fields)\n" + String(decoding: request.body ?? Data(), as: UTF8.self)
            guard isJSON else { return .html(text, status: status) }
            return .json(["error": .string(text), "__type": .string(text)], status: status)
        }
    }
}
