public import Broker

extension EmailCodeProvider {
    /// Names of the form's fields.
    enum Field {
        static let address = "email"
        static let code = "code"
        static let resend = "resend"
    }

    /// Sends a code to the address that is known, or asks for one.
    public func beginLogin(_ request: LoginRequest) async throws(LoginError) -> LoginStep {
        _ = try mailSender()
        guard let hint = request.loginHint, let address = EmailAddress(typed: hint)?.folded else {
            return askForAddress()
        }
        guard recipients?.admit(address) != false else {
            throw LoginError(.emailDomainNotOwned, detail: "no code is sent to \(address.domain)")
        }
        return try await firstCode(to: address, under: request.secrets)
    }

    /// Takes what the person typed.
    public func completeLogin(
        _ callback: LoginCallback, resuming login: PendingLogin
    ) async throws(LoginError) -> LoginOutcome {
        guard callback.endpoint == .answer, callback.method == .post else {
            throw LoginError(.malformedRequest, detail: "an answer is posted to \(CallbackEndpoint.answer)")
        }
        guard let ticket = try CodeTicket.read(login.state) else {
            return try await takeAddress(callback.parameters[Field.address] ?? "", login)
        }
        guard callback.parameters[Field.resend] == nil else { return try await sendAnother(ticket, login) }
        return try check(SignInCode(typed: callback.parameters[Field.code] ?? ""), ticket, login)
    }

    // MARK: The address

    private func askForAddress(problem: String? = nil) -> LoginStep {
        LoginStep(
            .ask([
                PromptField(
                    name: Field.address, label: "E-mail address", help: "We will send you a code to sign in with.",
                    problem: problem)
            ]))
    }

    private func takeAddress(_ typed: String, _ login: PendingLogin) async throws(LoginError) -> LoginOutcome {
        try requireRound(after: login)
        guard let address = EmailAddress(typed: typed)?.folded else {
            return .next(askForAddress(problem: "That does not look like an e-mail address."))
        }
        guard recipients?.admit(address) != false else {
            return .next(askForAddress(problem: Self.isNotServed))
        }
        do throws(LoginError) {
            return .next(try await firstCode(to: address, under: login.fresh))
        } catch {
            guard error.code == .emailDomainNotOwned else { throw error }
            return .next(askForAddress(problem: Self.isNotServed))
        }
    }

    private static let isNotServed = "We cannot send a code to this address."

    // MARK: Codes

    private func firstCode(to address: EmailAddress, under secrets: LoginSecrets) async throws(LoginError) -> LoginStep
    {
        let ticket = CodeTicket(
            address: address, id: context.randomness.token(), hidden: 0, sentAt: context.time.now, sends: 0, tries: 0)
        return try await send(ticket, under: secrets)
    }

    /// A new code takes the old one's place; wrong answers stay counted.
    private func sendAnother(_ ticket: CodeTicket, _ login: PendingLogin) async throws(LoginError) -> LoginOutcome {
        try requireTries(ticket)
        try requireRound(after: login)
        guard ticket.sends < CodeTicket.maximumSends else {
            return .next(try ask(ticket, login, problem: "No further code can be sent for this sign-in."))
        }
        // A clock that was set back gives no further code either.
        guard context.time.now - ticket.sentAt >= CodeTicket.pause else {
            return .next(
                try ask(
                    ticket, login,
                    problem: "A code was just sent. Wait \(CodeTicket.pause.wholeSeconds) seconds before you ask again."
                ))
        }
        do throws(LoginError) {
            return .next(try await send(ticket, under: login.fresh))
        } catch {
            // The code that was sent last still works, so the login goes on with it.
            guard error.code == .rateLimited else { throw error }
            return .next(
                try ask(
                    ticket, login,
                    problem: "Too many codes were sent lately. Use the newest one, or start again in a few minutes."))
        }
    }

    private func send(_ before: CodeTicket, under secrets: LoginSecrets) async throws(LoginError) -> LoginStep {
        let code = try SignInCode.draw(from: context.randomness)
        var ticket = before
        ticket.hidden = code.hidden(by: CodePad(secrets))
        ticket.sentAt = context.time.now
        ticket.sends += 1
        try await CodeMail(recipient: ticket.address, code: code, settings: settings).send(by: try mailSender())
        return try ask(ticket)
    }

    // MARK: Answers

    private func check(
        _ typed: SignInCode?, _ ticket: CodeTicket, _ login: PendingLogin
    ) throws(LoginError) -> LoginOutcome {
        try requireTries(ticket)
        guard ticket.isAlive(at: context.time.now) else {
            throw LoginError(
                .loginExpired, detail: "the code is older than \(CodeTicket.lifetime.wholeSeconds) seconds")
        }
        let code = SignInCode(hidden: ticket.hidden, by: CodePad(login.sent))
        guard let typed, typed.matches(code) else {
            var next = ticket
            next.tries += 1
            try requireTries(next)
            try requireRound(after: login)
            let problem = typed == nil ? "The code has eight digits." : "That is not the code that we sent last."
            return .next(try ask(next, login, problem: problem))
        }
        return .identity(identity(ticket))
    }

    private func identity(_ ticket: CodeTicket) -> VerifiedIdentity {
        VerifiedIdentity(
            subject: SubjectKey(
                connection: id, issuer: Self.kind.rawValue, subject: ticket.address.description),
            email: Email(ticket.address, evidence: .idpVerified),
            // JSM signs nobody in without a name, and nobody told us another one.
            displayName: ticket.address.description, groups: .unsupported,
            authentication: AuthenticationContext(amr: ["otp"], authTime: context.time.now),
            oneTime: [OneTimeIdentifier("email-code:\(ticket.id)", until: ticket.expiresAt)])
    }

    /// Guessing ends here: three answers to one of a hundred million codes.
    private func requireTries(_ ticket: CodeTicket) throws(LoginError) {
        guard ticket.tries < CodeTicket.maximumTries else {
            throw LoginError(.tooManyRounds, detail: "\(ticket.tries) wrong codes", rule: "too_many_codes")
        }
    }

    /// The engine takes no further round, so that nothing is sent for one.
    private func requireRound(after login: PendingLogin) throws(LoginError) {
        guard login.round < PendingLogin.maximumRounds else {
            throw LoginError(.tooManyRounds, detail: "round \(login.round) is the last of a login")
        }
    }

    // MARK: The page

    /// Asks again: the code moves under the next round's pad.
    private func ask(
        _ ticket: CodeTicket, _ login: PendingLogin, problem: String
    ) throws(LoginError) -> LoginStep {
        var next = ticket
        next.hidden = SignInCode(hidden: ticket.hidden, by: CodePad(login.sent)).hidden(by: CodePad(login.fresh))
        return try ask(next, problem: problem)
    }

    private func ask(_ ticket: CodeTicket, problem: String? = nil) throws(LoginError) -> LoginStep {
        let minutes = CodeTicket.lifetime.wholeSeconds / 60
        let help = "We sent a code of eight digits to \(ticket.address). It works for \(minutes) minutes."
        var fields = [PromptField(name: Field.code, label: "Code", help: help, style: .code, problem: problem)]
        if ticket.sends < CodeTicket.maximumSends {
            fields.append(PromptField(name: Field.resend, label: "Send a new code", style: .action))
        }
        return LoginStep(.ask(fields), state: try ticket.state())
    }
}
