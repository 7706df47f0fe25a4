import Broker
import BrokerModel
import ServiceManagement

/// What the gate says, and what it would have said if it did not only observe.
struct GateDecision: Sendable {
    /// What the front is told.
    var answer: GateAnswer
    /// The refusal that is only counted; nil where nothing stands against the request, or it is refused.
    var withheld: GateAnswer?
    /// What the request is for and what it names; nil where it cannot be read.
    var reading: RequestReading?
    /// The portal of the site that it names; nil for none, and for a number that somebody made up.
    var portal: PortalID?
    /// Whose session it came with; nil where there is none.
    var customer: Customer?

    init(
        _ answer: GateAnswer, withheld: GateAnswer? = nil, on question: GateQuestion? = nil,
        of customer: Customer? = nil
    ) {
        self.answer = answer
        self.withheld = withheld
        self.customer = customer
        reading = question?.reading
        portal = question.flatMap { question in
            question.site.portals.map(\.id).filter(question.reading.names.portals.contains).min()
        }
    }

    /// The bounded outcome, for metrics.
    var outcome: GateOutcome { withheld == nil ? answer.outcome : .allowedObserved }
}
