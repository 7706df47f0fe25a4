import Broker
import ConformanceKit
import EmailCodeProvider
import Foundation
import Testing

@Suite struct MailTests {
    var world: World
    init() throws { world = try World() }

    @Test func `without a mail server there is no login`() async throws {
        var world = world
        world.bench.hasMail = false
        for hint in [World.address, nil] {
            let login = try world.login(hint)
            #expect(await login.beginRefusal()?.code == .configurationInvalid)
        }
        #expect(try await world.provider().lint().map(\.severity) == [.error])
        #expect(try await self.world.provider().lint().isEmpty)
    }

    @Test(arguments: [MailError.Code.refused, .unavailable])
    func `a mail server that takes nothing is an upstream that is away`(code: MailError.Code) async throws {
        world.mailbox.fail(code)
        let login = try world.login()
        let error = try unwrap(await login.beginRefusal())
        #expect(error.code == .upstreamUnavailable)
        #expect(error.detail.contains(code.rawValue))
        #expect(login.state == .empty)
    }

    @Test func `the mail says what it is for and is plain text with the code in front`() async throws {
        let provider = try world.provider {
            $0.productName = "Acme Support"
            $0.subject = "Hello"
        }
        let login = Login(world: world, provider: provider, hint: World.address)
        try await login.begin()
        let mail = try unwrap(world.mailbox.mails.first)
        #expect(mail.subject == "Hello")
        #expect(mail.text.hasPrefix("\(try world.mailbox.code()) is your code to sign in to Acme Support.\n"))
        #expect(!mail.text.contains("\r") && !mail.text.contains("http"))
    }

    // MARK: A new code

    @Test(arguments: ["resend=1", "resend=", "code=&resend=1", "code=12345678&resend=1"])
    func `a new code takes the old one's place`(body: String) async throws {
        let login = try world.login()
        try await login.begin()
        let first = try world.mailbox.code()
        world.clock.advance(.seconds(30))
        #expect(try await login.answer(body) == nil)
        #expect(login.field?.problem == nil)
        let second = try world.mailbox.code()
        #expect(world.mailbox.mails.count == 2)
        try #require(first != second)
        #expect(try await login.answer("code=\(first)") == nil)
        #expect(try await login.answer("code=\(second)") != nil)
    }

    @Test func `a new code comes thirty seconds after the last, not before`() async throws {
        let login = try world.login()
        try await login.begin()
        world.clock.advance(.seconds(29))
        #expect(try await login.answer("resend=1") == nil)
        #expect(login.field?.problem?.contains("30 seconds") == true)
        #expect(world.mailbox.mails.count == 1)
        world.clock.advance(.seconds(-60))
        #expect(try await login.answer("resend=1") == nil)
        #expect(world.mailbox.mails.count == 1)
        world.clock.advance(.seconds(61))
        #expect(try await login.answer("resend=1") == nil)
        #expect(world.mailbox.mails.count == 2)
    }

    @Test func `three codes are all that a login gets`() async throws {
        let login = try world.login()
        try await login.begin()
        for expected in [2, 3, 3] {
            world.clock.advance(.seconds(31))
            #expect(try await login.answer("resend=1") == nil)
            #expect(world.mailbox.mails.count == expected)
        }
        #expect(login.field?.problem != nil)
        #expect(!login.fields.contains { $0.style == .action })
        #expect(try await login.answer("code=\(try world.mailbox.code())") != nil)
    }

    @Test func `a new code gives no new tries, and lives ten minutes of its own`() async throws {
        let login = try world.login()
        try await login.begin()
        try await login.answer("code=\(wrong(try world.mailbox.code()))")
        world.clock.advance(.seconds(700))
        try await login.answer("resend=1")
        let sent = login.state
        world.clock.advance(.seconds(599))
        #expect(try await login.answer("code=\(try world.mailbox.code())", state: sent) != nil)
        try await login.answer("code=\(wrong(try world.mailbox.code()))")
        #expect(await login.refusal("code=\(wrong(try world.mailbox.code()))")?.code == .tooManyRounds)
    }

    @Test func `in the last round nothing is sent that could not be answered`() async throws {
        let login = try world.login()
        try await login.begin()
        for _ in 1..<PendingLogin.maximumRounds { try await login.answer("resend=1") }
        world.clock.advance(.seconds(60))
        #expect(await login.refusal("resend=1")?.code == .tooManyRounds)
        #expect(world.mailbox.mails.count == 1)
    }

    @Test func `the page has a button for a new code, and one more field is no second code`() async throws {
        let login = try world.login()
        try await login.begin()
        #expect(login.fields.map(\.name) == ["code", "resend"])
        #expect(login.fields.map(\.style) == [.code, .action])
    }

    @Test func `honest use of a login fits into its rounds`() async throws {
        let login = try world.login(nil)
        try await login.begin()
        #expect(try await login.answer("email=Alice%40acme.example") == nil)
        for _ in 1...2 {
            world.clock.advance(.seconds(31))
            #expect(try await login.answer("code=\(wrong(try world.mailbox.code()))") == nil)
            #expect(try await login.answer("resend=1") == nil)
            #expect(login.field?.problem == nil)
        }
        #expect(world.mailbox.mails.count == 3)
        #expect(try await login.answer("code=\(try world.mailbox.code())") != nil)
    }

    // MARK: What the engine does not let through

    @Test func `an address that the engine does not let the connection write to is no choice for it`() async throws {
        world.mailbox.fail(.recipientNotAllowed)
        #expect(await (try world.login()).beginRefusal()?.code == .emailDomainNotOwned)
        let asking = try world.login(nil)
        try await asking.begin()
        #expect(try await asking.answer("email=alice%40acme.example") == nil)
        #expect(asking.field?.name == "email" && asking.field?.problem != nil)
        #expect(asking.state == .empty)
    }

    @Test func `too many messages end a login that has no code, and no other`() async throws {
        let begun = try world.login()
        try await begun.begin()
        let code = try world.mailbox.code()
        world.mailbox.fail(.throttled)
        let refused = await (try world.login()).beginRefusal()
        #expect(refused?.code == .rateLimited)
        world.clock.advance(.seconds(31))
        #expect(try await begun.answer("resend=1") == nil)
        #expect(begun.field?.name == "code" && begun.field?.problem?.contains("newest") == true)
        #expect(try await begun.answer("code=\(code)") != nil)
    }

    @Test func `without recipients every address of the organization may be written to`() async throws {
        let provider = try world.provider { $0.recipients = nil }
        let login = Login(world: world, provider: provider, hint: "anybody@anywhere.example")
        try await login.begin()
        #expect(world.mailbox.mails.map(\.recipient.description) == ["anybody@anywhere.example"])
    }

    // MARK: Secrets

    @Test func `no error, field, state, description or log carries the code`() async throws {
        var seen: [String] = []
        var codes: [String] = []
        for failure in [nil, MailError.Code.refused] {
            world.mailbox.fail(failure)
            let login = try world.login()
            if let error = await login.beginRefusal() {
                seen.append(Self.words(error))
                codes.append(try world.mailbox.code())
                continue
            }
            let code = try world.mailbox.code()
            codes.append(code)
            seen.append("\(login.fields) \(String(decoding: login.state.bytes, as: UTF8.self))")
            for body in ["code=\(wrong(code))", "resend=1", "code=x"] {
                try await login.answer(body)
                seen.append("\(login.fields) \(String(decoding: login.state.bytes, as: UTF8.self))")
            }
            for state in [LoginState(Data(code.utf8)), LoginState(Data("{\"hidden\":\(code)}".utf8))] {
                seen.append(Self.words(try unwrap(await login.refusal("code=\(code)", state: state))))
            }
            world.clock.advance(.seconds(700))
            seen.append(Self.words(try unwrap(await login.refusal("code=\(code)"))))
        }
        #expect(codes.count == 2 && seen.count == 8)
        let text = seen.joined(separator: "\n") + world.log.text
        for code in codes { #expect(!text.contains(code)) }
    }

    private static func words(_ error: any Error) -> String {
        let login = error as? LoginError
        return "\(error) \(login?.detail ?? "") \((error as? MailError)?.detail ?? "") "
            + (login?.underlying.map(words) ?? "")
    }
}
