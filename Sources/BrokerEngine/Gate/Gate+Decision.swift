import Broker
import BrokerModel
import Logging
import ServiceManagement

/// The order of the questions: each is asked of whoever got past the one before.
extension Gate {
    func decision(on request: GateRequest) async -> GateDecision {
        guard let target = try? RequestTarget(request.target) else { return GateDecision(.badRequest) }
        do { try await live.refresh() } catch { return GateDecision(unavailable(error)) }
        let generation = live.generation
        guard let plan = live.plan(named: request.site) else { return GateDecision(.unavailable) }
        let question = GateQuestion(request, target, at: plan, cookies: cookies)
        if let lane = machines.lane(of: question) { return pass(.machine(lane), question) }
        do {
            guard let pass = try await pass(for: request, site: plan.site, readAt: generation) else {
                return try await decisionWithoutSession(on: question)
            }
            return try await decision(on: question, pass)
        } catch {
            return question.isPublic ? self.pass(.publicPath, question) : GateDecision(unavailable(error))
        }
    }

    // MARK: With a session

    private func decision(on question: GateQuestion, _ pass: Pass) async throws -> GateDecision {
        let owner = pass.owner
        let organization = live.resources.organizations[owner.customer.organization]
        let admission = Admission(owner, at: question.plan, of: organization, now: environment.time.now)
        let stranger = admission.objectionToPerson
        if let stranger, stranger.isEnforced { return refuse(stranger.answer, question, owner, even: false) }
        let objection = admission.objection(to: question)
        if let objection, objection.isEnforced { return refuse(objection.answer, question, owner, even: true) }
        guard let cookies = PortalSessions.cookies(of: question.site, in: question.request.cookies),
            try await portals.belong(cookies, to: owner.session.id, site: question.site)
        else { return GateDecision(.portalReset(question.reset), on: question, of: owner.customer) }
        var pass = pass
        pass.grant.sight = admission.sight
        let withheld = stranger ?? objection
        if withheld == nil { remember(pass, admission, cookies) }
        return GateDecision(.allow(pass.grant), withheld: withheld?.answer, on: question, of: owner.customer)
    }

    /// Refuses a person, and lets the request through as nobody's where it would pass without any session.
    ///
    /// - Parameter even: Whether that holds for public paths, too.
    private func refuse(
        _ answer: GateAnswer, _ question: GateQuestion, _ owner: SessionService.Owner, even onPublicPaths: Bool
    ) -> GateDecision {
        if onPublicPaths, question.isPublic { return pass(.publicPath, question) }
        let isStepUp: Bool = if case .stepUp = answer { true } else { false }
        if !isStepUp, question.isFromStaff { return pass(.staffNetwork, question) }
        return GateDecision(answer, on: question, of: owner.customer)
    }

    /// Keeps what a token is good for, until something that it rests on may change by itself.
    private func remember(_ pass: Pass, _ admission: Admission, _ cookies: [PortalCookie]) {
        guard let verified = pass.verified else { return }
        let site = admission.view.plan.site
        let known = site.cookiesOfPortal.map { name in (name: name, value: cookies.first { $0.name == name }?.value) }
        live.remember(
            verified.token,
            VerifiedTokens.Entry(
                session: pass.owner.session.id, site: site.id,
                until: admission.nextChange.map { min($0, verified.until) } ?? verified.until, grant: pass.grant,
                portal: known, view: admission.view),
            readAt: verified.generation, at: environment.time.now)
    }

    // MARK: Without one

    private func decisionWithoutSession(on question: GateQuestion) async throws -> GateDecision {
        if question.isPublic { return pass(.publicPath, question) }
        if question.isMailLink,
            try await mailLinks.take(for: question.site.id, client: question.request.client)
        {
            return pass(.mailLink, question)
        }
        if question.isFromStaff { return pass(.staffNetwork, question) }
        if let grant = try await breakGlass(question.request, site: question.site) {
            return pass(.breakGlass(grant), question)
        }
        let answer = question.answerWithoutSession
        switch question.isEnforcedWithoutSession(at: environment.time.now) {
        case true?: return GateDecision(answer, on: question)
        case false?: return GateDecision(.allowAnonymous(.observed(answer.outcome)), withheld: answer, on: question)
        case nil: return GateDecision(.badBody, on: question)
        }
    }

    /// The emergency that lets a request through, if there is one.
    private func breakGlass(_ request: GateRequest, site: Site) async throws -> Reference? {
        guard case .one(let handle) = CookieHeader.value(of: cookies.glass, in: request.cookies) else { return nil }
        return try await emergencies.glass(handle: String(handle), site: site.id)?.reference
    }

    private func pass(_ reason: AnonymousPass, _ question: GateQuestion) -> GateDecision {
        GateDecision(.allowAnonymous(reason), on: question)
    }

    private func unavailable(_ error: any Error) -> GateAnswer {
        environment.logger.error("the gate cannot decide", metadata: ["cause": "\(error)"])
        return .unavailable
    }
}

extension GateQuestion {
    /// A browser that goes to a page is sent to sign in, wherever it wants to go; a closed door says that it is one.
    fileprivate var answerWithoutSession: GateAnswer {
        guard site.access.isSSOOnly, way != .redirect, let door else { return .signIn(signIn) }
        return .closed(closedDoor(door))
    }

    /// Whether the lack of a session refuses; nil for a body that cannot be read.
    ///
    /// A portal may have a word of its own, and what could be any portal is measured by the strictest.
    fileprivate func isEnforcedWithoutSession(at now: Timestamp) -> Bool? {
        func isEnforced(_ portal: PortalID?) -> Bool { site.isEnforced(portal: portal, organization: nil, at: now) }
        let isStrict = isEnforced(nil)
        let areStrict = site.portals.map { isEnforced($0.id) }
        guard areStrict.contains(!isStrict) || !isStrict else { return true }
        var names = reading.names
        switch body {
        case .none: break
        case .names(let more): names.formUnion(more)
        case .unseen: return isStrict || areStrict.contains(true)
        case .unreadable: return nil
        }
        let (places, areAllKnown) = plan.places(of: names)
        let portals = Set(places.flatMap { plan.portals(of: $0) })
        let isOnlyPortals = areAllKnown && !portals.isEmpty && reading.kind.door == nil
        if isOnlyPortals { return portals.contains { isEnforced($0) } }
        // A page of agents, or an attachment by its number, may be of any portal.
        let mayBeAny = reading.kind.reachesEverything || (reading.kind == .portal && names.isEmpty)
        return isStrict || mayBeAny && areStrict.contains(true)
    }
}
