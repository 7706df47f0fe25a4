import Broker

/// At which host the cookie of a session handle lives.
///
/// One session has several handles, one for each host where the person is. A handle opens its session there and nowhere
/// else: whoever brings one to another host brings nothing.
package enum HandlePlace: Sendable, Hashable {
    /// A site's own host, which may be the broker's too.
    case site(SiteID)
    /// The broker's host, where it is no site's.
    case broker
}
