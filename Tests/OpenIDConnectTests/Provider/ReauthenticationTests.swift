import Broker
import OpenIDConnect
import Testing

@Suite struct ReauthenticationTests {
    static let now = Timestamp(seconds: 1_780_000_000)

    struct Case: Sendable, CustomTestStringConvertible {
        var what: String
        var verdict: Reauthentication.Verdict
        var change: @Sendable (inout AuthorizationQuery) -> Void = { _ in }
        /// Seconds before now at which the session began; nil where there is none.
        var session: Int64? = 3600
        /// Seconds before now at which the person signed in at the IdP.
        var authenticated: Int64?
        /// Seconds before now at which the person was sent to sign in.
        var asked: Int64?

        var testDescription: String { what }
    }

    static let freshly = Reauthentication.Verdict.signIn(AuthenticationRequirements(isFresh: true))

    static let cases: [Case] = [
        Case(what: "a session is enough", verdict: .answer),
        Case(what: "no session", verdict: .signIn(.none), session: nil),
        Case(what: "prompt none and a session", verdict: .answer, change: { $0.isSilent = true }),
        Case(what: "prompt none and no session", verdict: .loginRequired, change: { $0.isSilent = true }, session: nil),
        Case(what: "back without a session", verdict: .loginRequired, session: nil, asked: 60),
        Case(what: "back with any session", verdict: .answer, session: 3600, asked: 60),
        Case(what: "prompt login and a session", verdict: freshly, change: { $0.isFresh = true }),
        Case(
            what: "prompt login and a new session", verdict: .answer, change: { $0.isFresh = true }, session: 30,
            asked: 60),
        Case(
            what: "prompt login and the session of before", verdict: .loginRequired, change: { $0.isFresh = true },
            session: 61, asked: 60),
        Case(
            what: "prompt login and a new session of an old sign-in", verdict: .loginRequired,
            change: { $0.isFresh = true }, session: 30, authenticated: 3600, asked: 60),
        Case(
            what: "prompt login and an IdP whose clock is behind", verdict: .answer, change: { $0.isFresh = true },
            session: 30, authenticated: 110, asked: 60),
        Case(
            what: "young enough", verdict: .answer, change: { $0.maximumAge = 10000 }, session: 9000,
            authenticated: 10000),
        Case(
            what: "too old", verdict: .signIn(AuthenticationRequirements(maximumAge: .seconds(1))),
            change: { $0.maximumAge = 1 }, session: 2),
        Case(
            what: "too old and prompt none", verdict: .loginRequired,
            change: { ($0.maximumAge, $0.isSilent) = (1, true) }, session: 2),
        Case(
            what: "max_age of a login with no session",
            verdict: .signIn(AuthenticationRequirements(maximumAge: .seconds(1))), change: { $0.maximumAge = 1 },
            session: nil),
        Case(
            what: "max_age and a slow sign-in", verdict: .answer, change: { $0.maximumAge = 1 }, session: 20,
            asked: 60),
        Case(
            what: "max_age and the session of before", verdict: .loginRequired, change: { $0.maximumAge = 1 },
            session: 61,
            asked: 60),
        Case(
            what: "max_age and a new session of an old sign-in", verdict: .loginRequired, change: { $0.maximumAge = 1 },
            session: 20, authenticated: 3600, asked: 60),
        Case(what: "the hinted person", verdict: .answer, change: { $0.hintedSubject = "c_ann" }),
        Case(what: "another person", verdict: freshly, change: { $0.hintedSubject = "c_bob" }),
        Case(
            what: "another person and prompt none", verdict: .loginRequired,
            change: { ($0.hintedSubject, $0.isSilent) = ("c_bob", true) }),
        Case(
            what: "still another person", verdict: .loginRequired, change: { $0.hintedSubject = "c_bob" }, session: 30,
            asked: 60),
    ]

    @Test(arguments: cases)
    func `decides by session, age and person, and never asks twice`(_ test: Case) throws {
        let context = AuthorizationContext(try Portal.parameters(Portal.request), client: Portal.client)
        var query = try AuthorizationQuery.process(context, to: try AuthorizationTarget.process(context))
        test.change(&query)
        let session = test.session.map { age in
            Reauthentication.SignedIn(
                subject: "c_ann", since: Self.now - .seconds(age),
                authenticatedAt: Self.now - .seconds(test.authenticated ?? age))
        }
        let verdict = Reauthentication.decide(
            query, session: session, askedAt: test.asked.map { Self.now - .seconds($0) }, now: Self.now,
            skew: .seconds(60))
        #expect(verdict == test.verdict)
    }
}
