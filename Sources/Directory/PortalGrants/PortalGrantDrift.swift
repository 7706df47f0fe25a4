package import Broker
package import BrokerModel
import ServiceManagement

/// A way in to a portal that JSM leaves open, or closed, and the broker does not change: somebody has to click.
package struct PortalGrantDrift: Sendable, Hashable {
    /// What it is.
    package enum Kind: String, Sendable, CaseIterable {
        /// A portal's service desk is not there, or the service account does not see it.
        case deskMissing = "desk_missing"
        /// This product does not say who a desk's customers are.
        case customersUnseen = "customers_unseen"
        /// People were added to a desk, may see it no more, and this product removes nobody.
        case cannotRemove = "cannot_remove"
        /// An organization that is never touched lets in somebody who may not.
        case untouchedLetsIn = "untouched_lets_in"
        /// An organization of JSM's own is attached.
        case strangeOrganization = "strange_organization"
        /// People are on a desk, or in an organization of ours, whom the broker does not know.
        case strangers
        /// The organization that should carry people is one that is never touched.
        case organizationUntouchable = "organization_untouchable"
        /// A customer has no address to be known by.
        case noAddress = "no_address"
        /// A person is in JSM and cannot be found there.
        case notFound = "not_found"
    }

    package let kind: Kind
    package let desk: ServiceDeskID?
    /// The JSM organization.
    package let organization: String?
    /// The people, as they are compared.
    package let people: [String]
    /// What to do about it.
    package let advice: String

    package init(
        _ kind: Kind, desk: ServiceDeskID? = nil, organization: String? = nil, people: [String] = [],
        advice: String
    ) {
        self.kind = kind
        self.desk = desk
        self.organization = organization
        self.people = people
        self.advice = advice
    }
}

extension PortalGrantDrift {
    static func deskMissing(_ desk: ServiceDeskID) -> Self {
        Self(
            .deskMissing, desk: desk,
            advice: "check serviceDesk of the portal, and make the service account an agent of the project")
    }

    static func customersUnseen(_ desk: ServiceDeskID) -> Self {
        Self(
            .customersUnseen, desk: desk,
            advice: "Data Center tells nobody who was added by hand: look at the project's Customers page, and remove "
                + "there whoever may not; access by organizations is kept in line")
    }

    static func cannotRemove(_ people: [String], _ desk: ServiceDeskID) -> Self {
        Self(
            .cannotRemove, desk: desk, people: people,
            advice: "project > Customers: remove them from the desk; Data Center has no call for it")
    }

    package static func noAddress(_ customers: [CustomerID]) -> Self {
        Self(
            .noAddress, people: customers.map(\.rawValue).sorted(),
            advice: "the IdP tells no address: add them to the desk by hand, or have the IdP send one")
    }

    package static func notFound(_ name: String) -> Self {
        Self(
            .notFound, people: [name],
            advice:
                "JSM says the address is taken and shows nobody with it: let the service account browse users, or add "
                + "them to the desk by hand")
    }

    static func untouchedLetsIn(_ people: [String], by organization: String, _ desk: ServiceDeskID) -> Self {
        Self(
            .untouchedLetsIn, desk: desk, organization: organization, people: people,
            advice: "project > Customers: remove the organization from the desk, or the people from the organization")
    }

    static func strangeOrganization(_ name: String, _ desk: ServiceDeskID) -> Self {
        Self(
            .strangeOrganization, desk: desk, organization: name,
            advice: "name it under jsm.foreign to keep it, or push with --strangers to detach it")
    }

    static func strangers(_ people: [String], desk: ServiceDeskID?, organization: String?) -> Self {
        Self(
            .strangers, desk: desk, organization: organization, people: people,
            advice: "nobody of these has signed in through the broker; push with --strangers to remove them")
    }

    static func organizationUntouchable(_ name: String) -> Self {
        Self(
            .organizationUntouchable, organization: name,
            advice: "its people are added to desks one by one; give the broker's organization another name to have one "
                + "of its own")
    }
}
