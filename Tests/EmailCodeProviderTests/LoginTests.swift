import Broker
import ConformanceKit
import EmailCodeProvider
import Foundation
import Testing

@Suite struct LoginTests {
    var world: World
    init() throws { world = try World() }

    @Test func `the code that was mailed proves the address`() async throws {
        let login = try world.login("Alice@ACME.example")
        try await login.begin()
        #expect(login.field?.name == "code")
        #expect(login.field?.style == .code)
        #expect(login.field?.problem == nil)
        let mail = try unwrap(world.mailbox.mails.first)
        #expect(mail.recipient.description == World.address)
        #expect(!mail.subject.contains(try world.mailbox.code()))
        world.clock.advance(.seconds(60))
        let identity = try unwrap(try await login.answer("code=\(try world.mailbox.code())"))
        #expect(
            identity.subject == SubjectKey(connection: "guests", issuer: "email-code", subject: World.address))
        #expect(identity.email?.address.description == World.address)
        #expect(identity.email?.evidence == .idpVerified)
        #expect(identity.displayName == World.address)
        #expect(identity.groups == .unsupported)
        #expect(identity.authentication.amr == ["otp"])
        #expect(identity.authentication.authTime == world.clock.now)
        #expect(world.mailbox.mails.count == 1)
    }

    @Test func `blanks and hyphens between the digits are the person's own`() async throws {
        let login = try world.login()
        try await login.begin()
        let code = try world.mailbox.code()
        #expect(try await login.answer("code=+\(code.prefix(4))+-+\(code.suffix(4))+") != nil)
    }

    // MARK: Whom a code is sent to

    @Test(arguments: [nil, "", "alice", "alice@acme.example, eve@evil.example"])
    func `asks for the address where none is known, and sends the code there`(hint: String?) async throws {
        let login = try world.login(hint)
        try await login.begin()
        #expect(login.field?.name == "email")
        #expect(world.mailbox.mails.isEmpty)
        #expect(login.state == .empty)
        #expect(try await login.answer("email=nobody") == nil)
        #expect(login.field?.name == "email" && login.field?.problem != nil)
        #expect(try await login.answer("email=eve%40evil.example") == nil)
        #expect(login.field?.name == "email" && login.field?.problem != nil)
        #expect(world.mailbox.mails.isEmpty)
        #expect(try await login.answer("email=+Jo%40freelance.example+") == nil)
        #expect(login.field?.name == "code")
        #expect(world.mailbox.mails.map(\.recipient.description) == ["jo@freelance.example"])
        let identity = try unwrap(try await login.answer("code=\(try world.mailbox.code())"))
        #expect(identity.subject.subject == "jo@freelance.example")
    }

    @Test(arguments: [
        "eve@evil.example", "eve@sub.acme.example", "eve@freelance.example", "eve@acme.example.evil.example",
    ])
    func `no code goes to an address that the connection does not serve`(hint: String) async throws {
        let login = try world.login(hint)
        #expect(await login.beginRefusal()?.code == .emailDomainNotOwned)
        #expect(world.mailbox.mails.isEmpty)
    }

    @Test(arguments: [
        "alice@acme.example\r\nBcc: eve@evil.example", "alice@acme.example\nSubject: x", "\nalice@acme.example",
        "alice\u{2028}@acme.example", "\"a b\"@acme.example", "Alice <alice@acme.example>",
        "alice@acme.example%0d%0aBcc:x",
    ])
    func `what is no address alone reaches no mail`(hint: String) async throws {
        let login = try world.login(hint)
        try await login.begin()
        #expect(login.field?.name == "email")
        let allowed = CharacterSet.alphanumerics
        let typed = try unwrap(hint.addingPercentEncoding(withAllowedCharacters: allowed))
        #expect(try await login.answer("email=\(typed)") == nil)
        #expect(login.field?.name == "email" && login.field?.problem != nil)
        #expect(world.mailbox.mails.isEmpty)
    }

    // MARK: Wrong answers

    @Test(arguments: ["", "1234567", "123456789", "1234567a", "%D9%A1234567"])
    func `a wrong code is asked for again, and the right one still works`(_ other: String) async throws {
        let login = try world.login()
        try await login.begin()
        let code = try world.mailbox.code()
        for typed in [wrong(code), other] {
            #expect(try await login.answer("code=\(typed)") == nil)
            #expect(login.field?.problem != nil)
        }
        #expect(try await login.answer("code=\(code)") != nil)
        #expect(world.mailbox.mails.count == 1)
    }

    @Test func `three wrong codes end the login, and then the right one does not help`() async throws {
        let login = try world.login()
        try await login.begin()
        let code = try world.mailbox.code()
        for _ in 1...2 { #expect(try await login.answer("code=\(wrong(code))") == nil) }
        let last = try stored(login.state)
        let error = await login.refusal("code=\(wrong(code))")
        #expect(error?.code == .tooManyRounds && error?.rule == "too_many_codes")
        // The engine ended the login. Were its record to come back with the fourth try, the module refuses too.
        let fourth = try stored(last, tries: 3)
        #expect(await login.refusal("code=\(code)", state: fourth)?.rule == "too_many_codes")
        #expect(await login.refusal("resend=1", state: fourth)?.rule == "too_many_codes")
        #expect(world.mailbox.mails.count == 1)
    }

    @Test func `a login never needs more rounds than the engine gives`() async throws {
        let login = try world.login(nil)
        try await login.begin()
        for _ in 1..<PendingLogin.maximumRounds { #expect(try await login.answer("email=nobody") == nil) }
        #expect(login.round == PendingLogin.maximumRounds)
        #expect(await login.refusal("email=alice%40acme.example")?.code == .tooManyRounds)
        #expect(world.mailbox.mails.isEmpty)
    }

    @Test func `a code works for ten minutes to the microsecond`() async throws {
        let login = try world.login()
        try await login.begin()
        let code = try world.mailbox.code()
        let begun = login.state
        world.clock.advance(.seconds(599))
        #expect(try await login.answer("code=\(code)", state: begun) != nil)
        world.clock.advance(.seconds(1))
        #expect(await login.refusal("code=\(code)", state: begun)?.code == .loginExpired)
        world.clock.advance(.seconds(-601))
        #expect(await login.refusal("code=\(code)", state: begun)?.code == .loginExpired)
    }

    @Test func `a code that is used again carries the identifier that the engine took`() async throws {
        let login = try world.login()
        try await login.begin()
        let body = "code=\(try world.mailbox.code())"
        let first = try unwrap(try await login.answer(body))
        let second = try unwrap(try await login.answer(body))
        #expect(first.oneTime.count == 1)
        #expect(first.oneTime == second.oneTime)
        #expect(first.oneTime.first?.until == world.clock.now + .seconds(600))
        let other = try world.login()
        try await other.begin()
        let third = try unwrap(try await other.answer("code=\(try world.mailbox.code())"))
        #expect(third.oneTime != first.oneTime)
    }

    @Test func `a code for another address or another login is wrong`() async throws {
        let alice = try world.login()
        try await alice.begin()
        let alicesCode = try world.mailbox.code()
        let bob = try world.login("bob@acme.example")
        try await bob.begin()
        let bobsCode = try world.mailbox.code()
        let again = try world.login()
        try await again.begin()
        try #require(Set([alicesCode, bobsCode, try world.mailbox.code()]).count == 3)
        #expect(try await bob.answer("code=\(alicesCode)") == nil)
        #expect(try await alice.answer("code=\(bobsCode)") == nil)
        #expect(try await again.answer("code=\(alicesCode)") == nil)
        let identity = try unwrap(try await bob.answer("code=\(bobsCode)"))
        #expect(identity.email?.address.description == "bob@acme.example")
    }

    @Test func `state of another login does not make its code right here`() async throws {
        let alice = try world.login()
        try await alice.begin()
        let code = try world.mailbox.code()
        let eve = try world.login("eve@acme.example")
        try await eve.begin()
        #expect(try await eve.answer("code=\(code)", state: alice.state) == nil)
    }

    @Test func `only a posted answer is one`() async throws {
        let login = try world.login()
        try await login.begin()
        let body = "code=\(try world.mailbox.code())"
        #expect(await login.refusal(body, method: .get)?.code == .malformedRequest)
        #expect(await login.refusal(body, endpoint: .login)?.code == .malformedRequest)
        #expect(await login.refusal("\(body)&\(body)")?.code == .malformedRequest)
        #expect(await login.refusal(body, state: LoginState(Data("{}".utf8)))?.code == .providerMisbehaved)
    }

    /// The state as JSON, with another count of tries if one is given.
    private func stored(_ state: LoginState, tries: Int? = nil) throws -> LoginState {
        guard let tries else { return state }
        var object = try unwrap(try JSONSerialization.jsonObject(with: state.bytes) as? [String: Any])
        object["tries"] = tries
        return LoginState(try JSONSerialization.data(withJSONObject: object))
    }
}
