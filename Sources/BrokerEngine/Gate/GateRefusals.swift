package import Broker
package import BrokerModel

/// Why a request passes without an identity of ours.
package enum AnonymousPass: Sendable, Hashable {
    /// The site lists the path as public.
    case publicPath
    /// A link that JSM mailed, in exactly the form in which it mails it.
    case mailLink
    /// It comes from where staff sit; JSM asks who.
    case staffNetwork
    /// A program that the site lists, by its name.
    case machine(String)
    /// Somebody opened the site in an emergency; the grant's reference.
    case breakGlass(Reference)
    /// The site only observes: without that, this would have been the outcome.
    case observed(GateOutcome)

    /// For metrics and audit.
    package var outcome: GateOutcome {
        switch self {
        case .publicPath, .mailLink: .allowedPublic
        case .staffNetwork: .allowedStaff
        case .machine: .allowedMachine
        case .breakGlass: .allowedBreakGlass
        case .observed: .allowedObserved
        }
    }
}

/// Somebody who is signed in may not have what they asked for.
package struct AccessRefusal: Sendable, Hashable {
    /// The site.
    package var site: SiteID
    /// Who.
    package var customer: CustomerID
    /// Their organization, whose contact is asked.
    package var organization: OrganizationID
    /// The portal that is refused; nil where what was asked for is none that is known.
    package var portal: PortalID?
    /// Why, in the gate's words.
    package var reason: Reason
    /// How to say so.
    package var way: SignIn.Way

    /// The reasons.
    package enum Reason: Sendable, Hashable {
        /// This rule keeps them out.
        case rule(String)
        /// The portal is private, or the site's policy is to refuse, and no rule lets them in.
        case noRule
        /// What the request names is no portal of the site that is known.
        case unknownPlace
        /// The body would have to be looked at, and the front does not show it.
        case bodyUnseen
    }

    package init(
        site: SiteID, customer: CustomerID, organization: OrganizationID, portal: PortalID?, reason: Reason,
        way: SignIn.Way
    ) {
        self.site = site
        self.customer = customer
        self.organization = organization
        self.portal = portal
        self.reason = reason
        self.way = way
    }
}

/// A sign-in that is wanted anew, and what it has to reach.
package struct StepUp: Sendable, Hashable {
    /// Where to come back to, and how to say so.
    package var signIn: SignIn
    /// What the answer must show.
    package var requirements: AuthenticationRequirements

    package init(signIn: SignIn, requirements: AuthenticationRequirements) {
        self.signIn = signIn
        self.requirements = requirements
    }
}

/// A way into JSM beside the sign-in.
package struct ClosedDoor: Sendable, Hashable {
    /// Which.
    package enum Door: String, Sendable, Hashable, CaseIterable {
        case signUp = "sign_up"
        case passwordLogin = "password_login"
        case userSearch = "user_search"
        case provisioning
        case agent
        /// Nothing that customers are known to need.
        case unknown
    }

    package var door: Door
    package var site: SiteID
    /// How to say so.
    package var way: SignIn.Way

    package init(door: Door, site: SiteID, way: SignIn.Way) {
        self.door = door
        self.site = site
        self.way = way
    }
}
