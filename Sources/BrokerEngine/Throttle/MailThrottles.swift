package import BrokerModel

/// How many messages may be sent.
///
/// A person needs one, and a few more on a bad day; a company behind one address has a Monday morning. Whoever sends more
/// has a script.
package enum MailThrottles {
    /// To one address: ten at once, then one in a quarter of an hour.
    ///
    /// With three tries a code that is 318 guesses on the
    /// first day and 288 on any other, of a hundred million codes.
    package static let address = Throttle("mails_per_address", capacity: 10, refill: .seconds(900))
    /// For one network of browsers: sixty at once, then two a minute.
    package static let network = Throttle("mails_per_network", capacity: 60, refill: .seconds(30))
    /// For one organization: three hundred at once, then two a minute.
    package static let organization = Throttle("mails_per_organization", capacity: 300, refill: .seconds(30))
}
