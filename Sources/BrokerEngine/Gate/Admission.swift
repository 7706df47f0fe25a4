import Broker
import BrokerModel
import ServiceManagement

/// What the rules of a site come to for one person who is signed in.
struct Admission: Sendable {
    let view: SiteView
    /// When something in it changes by itself; nil for never.
    let nextChange: Timestamp?
    private let judgement: AccessJudgement
    private let customer: CustomerID
    private let organization: Organization?
    private let organizationID: OrganizationID
    private let now: Timestamp

    private var plan: SitePlan { view.plan }

    init(_ owner: SessionService.Owner, at plan: SitePlan, of organization: Organization?, now: Timestamp) {
        let person = AccessSubject(owner.customer, in: owner.session, at: now)
        let judgement = AccessJudgement(of: plan.site, for: person)
        let closed = plan.places.filter { Self.verdicts(judgement, $0, plan).contains { $0.outcome != .allowed } }
        view = SiteView(
            plan: plan, isStaff: plan.site.access.staff.connections.contains(person.connection),
            closed: plan.shared(Set(closed)))
        nextChange = plan.site.nextChange(for: person, organization: organization)
        self.judgement = judgement
        customer = owner.customer.id
        organizationID = owner.customer.organization
        self.organization = organization
        self.now = now
    }

    private static func verdicts(
        _ judgement: AccessJudgement, _ place: AccessPlace, _ plan: SitePlan
    ) -> [PortalVerdict] {
        let type: RequestTypeID? = if case .requestType(let id) = place { id } else { nil }
        return plan.portals(of: place).map { judgement.verdict(portal: $0, requestType: type) }
    }

    /// What of a listing the person may see; nil for all of it.
    var sight: ListingSight? { ListingSight(view, isEnforced: isEnforced) }

    // MARK: Objections

    /// What stands against a request.
    struct Objection: Sendable {
        var answer: GateAnswer
        /// False where it is only counted.
        var isEnforced: Bool
    }

    /// That the site does not admit the person's organization.
    var objectionToPerson: Objection? {
        guard !plan.site.admits(organizationID) else { return nil }
        return Objection(
            answer: .notAdmitted(site: plan.site.id, organization: organizationID), isEnforced: isEnforced(nil))
    }

    /// The gravest thing that stands against a request: what is enforced before what is counted, a refusal before a wish for
    /// a new sign-in.
    func objection(to question: GateQuestion) -> Objection? {
        guard !view.isStaff else { return nil }
        if let door = closedDoor(question) { return door }
        var names = question.reading.names
        var unseen: Objection?
        switch question.body {
        case .none: break
        case .unreadable: return Objection(answer: .badBody, isEnforced: true)
        case .names(let more): names.formUnion(more)
        case .unseen: unseen = isAllOpen ? nil : refusal(.bodyUnseen, nil, question, isEnforced: isAnythingEnforced)
        }
        var found = objections(to: names, question)
        if question.reading.namesNoPortal, !isAllOpen {
            found.append(refusal(.unknownPlace, nil, question, isEnforced: isAnythingEnforced))
        }
        if let unseen { found.append(unseen) }
        return found.min { $0.gravity < $1.gravity }
    }

    private var isAllOpen: Bool { view.closed.isEmpty }

    /// JSM's own ways in, and what nobody knows, are not for customers.
    private func closedDoor(_ question: GateQuestion) -> Objection? {
        let kind = question.reading.kind
        let isOpen = !plan.site.access.isSSOOnly && (!kind.reachesEverything || isAllOpen)
        guard !isOpen, let door = question.door else { return nil }
        return Objection(
            answer: .closed(question.closedDoor(door)),
            isEnforced: kind.reachesEverything ? isAnythingEnforced : isEnforced(nil))
    }

    private func objections(to names: NamedPlaces, _ question: GateQuestion) -> [Objection] {
        let (places, areAllKnown) = plan.places(of: names)
        let unknown = areAllKnown ? [] : [refusal(.unknownPlace, nil, question, isEnforced: isEnforced(nil))]
        let verdicts = places.flatMap { Self.verdicts(judgement, $0, plan) }
        return unknown + verdicts.compactMap { objection($0, question) }
    }

    private func objection(_ verdict: PortalVerdict, _ question: GateQuestion) -> Objection? {
        let isEnforced = isEnforced(verdict.portal)
        switch verdict.outcome {
        case .allowed: return nil
        case .refused: return refusal(verdict.reason.refusal, verdict.portal, question, isEnforced: isEnforced)
        case .needs(let requirements):
            return Objection(
                answer: .stepUp(StepUp(signIn: question.signIn, requirements: requirements)), isEnforced: isEnforced)
        }
    }

    private func refusal(
        _ reason: AccessRefusal.Reason, _ portal: PortalID?, _ question: GateQuestion, isEnforced: Bool
    ) -> Objection {
        let refusal = AccessRefusal(
            site: plan.site.id, customer: customer, organization: organizationID, portal: portal, reason: reason,
            way: question.way)
        return Objection(answer: .denied(refusal), isEnforced: isEnforced)
    }

    private func isEnforced(_ portal: PortalID?) -> Bool {
        plan.site.isEnforced(portal: portal, organization: organization, at: now)
    }

    /// Whether anything is: what could be any portal is measured by the strictest.
    private var isAnythingEnforced: Bool {
        isEnforced(nil) || plan.site.portals.contains { isEnforced($0.id) }
    }
}

extension Admission.Objection {
    fileprivate var gravity: Int {
        let isWish: Bool = if case .stepUp = answer { true } else { false }
        return (isEnforced ? 0 : 2) + (isWish ? 1 : 0)
    }
}

extension PortalVerdict.Reason {
    /// The gate's word for it.
    fileprivate var refusal: AccessRefusal.Reason {
        switch self {
        case .rule(let name): .rule(name)
        case .mode, .policy, .staff: .noRule
        case .unknownPlace: .unknownPlace
        }
    }
}
