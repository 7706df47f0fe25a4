import Broker
import BrokerModel

extension LoginCompletion {
    /// For how long a session that is replaced counts as one that was not taken.
    static let circleWindow = Duration.seconds(60)

    /// Ends a circle.
    ///
    /// A browser that brings a session of the same person, opened a moment ago, is here because something did not take
    /// that session: a front with another site's name, a JSM that refuses our answer. It would come back for ever.
    func checkCircle(
        _ replaced: [Session], customer: CustomerID, site: SiteID, at now: Timestamp, in writer: any StoreWriter
    ) throws {
        let isAgain = replaced.contains { $0.customer == customer && now - $0.createdAt < Self.circleWindow }
        guard isAgain else { return }
        let use = Throttling.Use(throttle: LoginThrottles.circle, subject: "\(customer) \(site)")
        guard try writer.takeToken(use.throttle, bucket: use.bucket, at: now) else {
            throw LoginError(
                .signInCircle, detail: "the same person signed in again and again: what does not take the session?",
                rule: use.throttle.name)
        }
    }
}
