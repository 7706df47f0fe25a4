/// The two kinds of Jira Service Management that a site can be.
package enum SiteKind: String, Sendable, Codable, CaseIterable {
    /// Hosted by Atlassian.
    case cloud
    /// Run by its owner.
    case dataCenter = "data-center"
}
