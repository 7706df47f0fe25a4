package import BrokerModel

/// How often somebody without a session may try.
///
/// An office behind one address has a Monday morning; whoever tries more often than this has a script. The same counts
/// hold for domains that are known and for those that are not, so that a limit tells nothing.
package enum LoginThrottles {
    /// Logins begun from one network of browsers: two hundred at once, then one a second.
    package static let starts = Throttle("logins_per_network", capacity: 200, refill: .seconds(1))
    /// Addresses typed from one network: sixty at once, then one in two seconds.
    package static let addresses = Throttle("addresses_per_network", capacity: 60, refill: .seconds(2))
    /// Addresses typed of one domain, from anywhere: three thousand at once, then fifty a second.
    ///
    /// Wide, because whoever fills it keeps a whole company out: that takes a hundred networks at once.
    package static let domain = Throttle("addresses_per_domain", capacity: 3000, refill: .milliseconds(20))
    /// Answers in one login: sixty, then one in half a minute.
    package static let login = Throttle("answers_per_login", capacity: 60, refill: .seconds(30))
    /// Messages of IdPs brought from one network: two hundred at once, then one a second.
    package static let callbacks = Throttle("callbacks_per_network", capacity: 200, refill: .seconds(1))
    /// Messages to one connection that no login waits for: two hundred at once, then two a second.
    ///
    /// Those that a login waits for are not counted: a flood keeps nobody out who is signing in.
    package static let unsolicited = Throttle("unsolicited_per_connection", capacity: 200, refill: .milliseconds(500))
    /// Requests to end sessions from one network: two hundred at once, then one a second.
    package static let logouts = Throttle("logouts_per_network", capacity: 200, refill: .seconds(1))
    /// Sign-ins of one customer at one site: eight at once, then one in fifteen seconds.
    ///
    /// A person signs in once. A browser that does it again and again is sent round in a circle by something that does not
    /// take the session.
    package static let circle = Throttle("sign_ins_per_customer_and_site", capacity: 8, refill: .seconds(15))
    /// Silent answers to one site's JSM for one session: twenty at once, then one in six seconds.
    package static let facadeCircle = Throttle("answers_per_session_and_site", capacity: 20, refill: .seconds(6))
    /// Codes of emergencies tried from one network: ten at once, then one a minute.
    package static let emergencyCodes = Throttle("emergency_codes_per_network", capacity: 10, refill: .seconds(60))
}
