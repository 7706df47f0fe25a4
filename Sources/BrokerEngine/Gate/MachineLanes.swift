import Broker
import BrokerModel
import JOSE
import Logging
import ServiceManagement
import Synchronization

/// One machine lane with its paths read.
struct MachinePlan: Sendable {
    let lane: MachineLane
    private let paths: [PathPattern]

    init(_ lane: MachineLane) {
        self.lane = lane
        paths = lane.paths.compactMap { PathPattern($0) }
    }

    /// Whether method, path and network fit; the credential is another question.
    func fits(_ question: GateQuestion, from client: IPAddress) -> Bool {
        lane.methods.contains(question.request.method) && lane.networks.contains { $0.contains(client) }
            && paths.contains { $0.matches(question.target.segments) }
    }
}

/// Lets programs through that a site lists: method, path, network and credential all fit.
final class MachineLanes: Sendable {
    private let secrets: SecretResolver
    private let logger: Logger
    /// Lanes whose secret could not be read, each told once.
    private let told = Mutex<Set<String>>([])

    init(_ environment: EngineEnvironment) {
        secrets = environment.secrets
        logger = environment.logger
    }

    /// The name of the lane that a request takes; nil for none.
    func lane(of question: GateQuestion) -> String? {
        guard let authorization = question.request.authorization, let client = question.request.client else {
            return nil
        }
        let shown = Digests.sha256(authorization)
        return question.plan.machines.first { plan in
            guard plan.fits(question, from: client), let secret = secret(of: plan.lane, at: question.site.id) else {
                return false
            }
            return Digests.constantTimeEquals(shown, Digests.sha256(secret))
        }?.lane.name
    }

    /// The whole field that the lane's program sends; one that cannot be read, or says nothing, opens nothing.
    private func secret(of lane: MachineLane, at site: SiteID) -> String? {
        let key = "\(site)/\(lane.name)"
        do {
            let secret = try secrets.value(of: lane.authorization).reveal()
            _ = told.withLock { $0.remove(key) }
            return secret.isEmpty ? nil : secret
        } catch {
            if told.withLock({ $0.insert(key).inserted }) {
                logger.error(
                    "the credential of a machine lane cannot be read; the lane is shut",
                    metadata: ["site": "\(site)", "lane": "\(lane.name)"])
            }
            return nil
        }
    }
}
