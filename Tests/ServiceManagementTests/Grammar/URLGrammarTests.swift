import Broker
import ServiceManagement
import Testing

struct URLGrammarTests {
    private static let kinds: [(String, RequestKind)] = [
        ("/", .common), ("/servicedesk/customer", .common), ("/servicedesk/customer/portals", .common),
        ("/servicedesk/customer/user/requests?status=open", .common), ("/servicedesk/customer/user/profile", .common),
        ("/servicedesk/customer/portal/3", .portal), ("/servicedesk/customer/portal/3/group/1", .portal),
        ("/servicedesk/customer/portal/3/create/25", .portal), ("/servicedesk/customer/portal/3/SUP-1", .portal),
        ("/plugins/servlet/desk", .common), ("/plugins/servlet/desk/portal/3?requestGroup=2", .portal),
        ("/plugins/servlet/desk/elsewhere", .unknown), ("/plugins/servlet/samlconsumer", .support),
        ("/plugins/servlet/oidc/callback", .support), ("/plugins/servlet/other", .agent),
        ("/servicedesk/customer/user/login?destination=portals", .signInPage), ("/login.jsp", .signInPage),
        ("/login.jsp?auth_fallback", .passwordLogin), ("/servicedesk/customer/user/signup", .signUp),
        ("/servicedesk/customer/user/forgotpassword", .passwordLogin), ("/secure/Signup!default.jspa", .signUp),
        ("/rest/tsv/1.0/authenticate?os_authType=none", .passwordLogin), ("/rest/auth/1/session", .passwordLogin),
        ("/rest/servicedesk/1/customer/pages/user/signup", .signUp),
        ("/rest/servicedesk/1/customer/portal/3/user-search?query=a", .userSearch),
        ("/rest/servicedesk/1/customer/portal/3/user-search/proforma?query=a", .userSearch),
        ("/rest/servicedeskapi/customer", .provisioning), ("/rest/servicedeskapi/organization/1/user", .provisioning),
        ("/rest/servicedeskapi/servicedesk/3/customer", .provisioning),
        ("/rest/servicedeskapi/servicedesk/3/queue", .agent), ("/rest/servicedeskapi/servicedesk/3/other", .unknown),
        ("/rest/servicedeskapi/info", .support), ("/rest/webResources/1.0/resources", .support),
        ("/rest/api/2/myself", .support), ("/rest/api/2/search", .agent), ("/rest/authconfig/1.0/sso", .agent),
        ("/secure/Dashboard.jspa", .agent), ("/browse/SUP-1", .agent), ("/projects/SUP", .agent),
        ("/servicedesk/agent/SUP/queues", .agent), ("/servicedesk/other", .unknown),
        ("/servicedesk/customer/other", .unknown), ("/rest/servicedesk/1/other", .unknown),
        ("/rest/servicedeskapi/other", .unknown), ("/rest/other/1.0", .unknown), ("/other", .unknown),
        ("/images/a.png", .asset), ("/favicon.ico", .asset), ("/robots.txt", .asset), ("/static/a/b.js", .asset),
        ("/download/resources/a/b.css", .asset), ("/download/attachments/1/a.css", .unknown),
        ("/rest/servicedesk/1/customer/models", .unknown),
    ]

    @Test(arguments: kinds) func `knows what a path is for`(target: String, kind: RequestKind) throws {
        #expect(try reading(target).kind == kind)
        #expect(try reading("/jira" + target, context: "/jira").kind == kind)
        #expect(try reading(target, "HEAD").kind == kind)
    }

    @Test(arguments: kinds) func `takes a path in another case for nothing that is open`(
        target: String, kind: RequestKind
    ) throws {
        for spelling in [target.uppercased(), target.prefix(2).uppercased() + target.dropFirst(2)]
        where spelling != target {
            let other = try reading(spelling).kind
            #expect(other == .unknown || other == .passwordLogin, "\(spelling)")
        }
    }

    @Test(arguments: ["/servicedesk/customer/portal/3", "/jirax/servicedesk/customer/portals", "/s/a.css", "/", "/jir"])
    func `knows nothing beside the context path`(target: String) throws {
        #expect(try reading(target, context: "/jira").kind == .unknown)
    }

    @Test func `serves assets to who looks only`() throws {
        for target in ["/s/a/_/download/batch/x.js", "/images/a.png", "/static/a", "/favicon.ico", "/robots.txt"] {
            for method in ["POST", "PUT", "DELETE", "OPTIONS", "get", ""] {
                #expect(try reading(target, method).kind == .unknown, "\(method) \(target)")
            }
        }
    }

    @Test(arguments: [
        "/s/x/_/servicedesk/customer/portal/7", "/s/x/_/rest/servicedeskapi/servicedesk",
        "/s/x/_/secure/Dashboard.jspa",
        "/s/a/_/images/_/rest/api/2/user", "/s/a/_/s/b/_/browse/SEC-1", "/s/x/_/", "/s/x/_", "/s/_/login.jsp",
        "/s/x/_/download/attachments/1/a.css", "/s/x/_/rest/a.css", "/s/x/_/IMAGES/a.png",
    ])
    func `does not take for an asset what JSM forwards elsewhere`(target: String) throws {
        #expect(try reading(target).kind == .unknown)
    }

    @Test(arguments: [
        "/s/d41d8cd98f-CDN/-abc/9120000/x/2.1/_/download/batch/jira.webresources:all/a.js", "/s/x/_/images/icons/a.png",
        "/s/x/_/download/contextbatch/css/a/batch.css", "/s/x/_/a.css", "/s/portal.css", "/s/x/_/favicon.ico",
    ])
    func `takes JSM's own scripts and styles for assets`(target: String) throws {
        #expect(try reading(target).kind == .asset)
    }

    @Test(arguments: [
        "/servicedesk/customer/portals?os_username=a", "/images/a.png?OS_PASSWORD=b", "/s/a.css?a=b&os_authType=basic",
        "/servicedesk/customer/portal/3?%6Fs_username=a", "/favicon.ico?x;os_username=a", "/?os_password",
        "/servicedesk/customer/portal/3/SUP-1/unsubscribe?jwt=aaaaaaaaaaaaaaaaaaaa&os_username=a",
    ])
    func `takes a password in a query for a sign-in on every path`(target: String) throws {
        #expect(try reading(target).kind == .passwordLogin)
    }

    @Test func `takes what is posted to a sign-in page for a password`() throws {
        for target in ["/login.jsp", "/servicedesk/customer/user/login", "/servicedesk/customer/portal/3/user/login"] {
            #expect(try reading(target, "POST").kind == .passwordLogin)
            #expect(try reading(target, "GET").kind == .signInPage)
        }
    }
}

struct NamedPlacesTests {
    @Test func `names portal, request type and project of a path`() throws {
        #expect(try reading("/servicedesk/customer/portal/3").names.portals == [3])
        let create = try reading("/jira/servicedesk/customer/portal/3/create/25", "POST", context: "/jira")
        #expect(create.names.portals == [3])
        #expect(create.names.requestTypes == [25])
        #expect(create.body == .form)
        #expect(!create.isBodyDecisive)
        #expect(try reading("/plugins/servlet/desk/portal/12/ab_1-7").names.projects == ["AB_1"])
        #expect(try reading("/rest/servicedeskapi/servicedesk/13/requesttype/25/field").names.serviceDesks == [13])
        #expect(try reading("/rest/servicedeskapi/portals/project/sup").names.projects == ["SUP"])
    }

    @Test func `names what stands on an unknown path too`() throws {
        let names = try reading("/servicedesk/customer/portal/7/unheard/of?requestTypeId=9").names
        #expect(names.portals == [7])
        #expect(names.requestTypes == [9])
    }

    @Test func `names every one of repeated members, in any case and spelling`() throws {
        let target =
            "/servicedesk/customer/portals?portalId=3&PORTALID=7&%70ortalId=8&portalId=%39&a;portalid=10&portalId="
        #expect(try reading(target).names.portals == [3, 7, 8, 9, 10])
        #expect(try reading(target).kind == .common)
    }

    @Test(arguments: ["03", "+3", "-3", "3abc", "3.0", "%D9%A3", "3%20", "1234567890123456789", "0", "%00", "3,7"])
    func `reads no number but a plain one`(number: String) throws {
        #expect(try reading("/servicedesk/customer/portals?portalId=\(number)").names.isUnreadable)
        guard CanonicalPath.isCanonical("/servicedesk/customer/portal/\(number)") else { return }
        let names = try reading("/servicedesk/customer/portal/\(number)").names
        #expect(names.isUnreadable || number == "3abc" && names.isUnreadable)
        #expect(names.portals.isEmpty)
    }

    @Test func `takes a project's number for a name only beside a portal's`() throws {
        #expect(try reading("/servicedesk/customer/portals?pid=10300").names.isUnreadable)
        #expect(try !reading("/servicedesk/customer/portals?pid=").names.isUnreadable)
        #expect(try !reading("/servicedesk/customer/portal/3/create/25?pid=10300").names.isUnreadable)
        #expect(try reading("/servicedesk/customer/portal/3/create/25?projectId=SEC").names.isUnreadable)
    }

    @Test func `says which bodies have to be read`() throws {
        #expect(try reading("/rest/servicedesk/1/customer/models", "POST").body == .models)
        #expect(try reading("/rest/servicedesk/1/customer/models", "POST").isBodyDecisive)
        #expect(try reading("/rest/servicedeskapi/request", "POST").body == .request)
        #expect(try reading("/rest/servicedeskapi/request", "PUT").body == .request)
        #expect(try reading("/rest/servicedeskapi/request").body == nil)
        #expect(try reading("/rest/servicedesk/1/servicedesk/customer/comment", "POST").body == .issueNumber)
        #expect(try reading("/servicedesk/customershim/secure/attachment/1/a.txt").body == .issueNumber)
        #expect(try reading("/servicedesk/customer/portal/3").body == nil)
    }
}

struct MailLinkTests {
    private static let token = "eyJ0eXAiOiJKV1QifQ.eyJpc3MiOiJzIn0.PBZsqwL4r0VNJ_8Kuw-V"
    private static let request = "/servicedesk/customer/portal/3/SUP-1"
    private static let feedback = "/rest/servicedesk/1/customer/feedback/portal/3/SUP-1"

    /// `~` stands for the request's page, `^` for the call about it, `#` for the token.
    private static let known: [String] = [
        "GET ~/unsubscribe?jwt=#", "GET ~/feedback?token=#&rating=5", "GET ~/feedback?token=#", "POST ^",
        "GET ~/feedback?rating=1&token=#&sda_source=notification-email",
        "POST /rest/servicedesk/1/customer/subscription/unsubscribe/portal/3/SUP-1?jwt=#",
    ]
    private static let others: [String] = [
        "POST ~/unsubscribe?jwt=#", "HEAD ~/unsubscribe?jwt=#", "GET ~/unsubscribe", "GET ~/unsubscribe?jwt=",
        "GET ~/unsubscribe?jwt=short", "GET ~/unsubscribe/?jwt=#", "GET ~/unsubscribe?jwt=#&jwt=#",
        "GET ~/unsubscribe?jwt=#&a=b", "GET ~/unsubscribe?jwt=#&", "GET ~/unsubscribe?token=#",
        "GET ~/unsubscribe?jwt=%61#", "GET ~/unsubscribe?JWT=#", "GET ~?token=#", "GET ~/feedback?token=#&rating=6",
        "GET ~/feedback?token=#&rating=55", "GET ~/feedback?rating=5", "GET ~/feedback/more?token=#", "GET ^",
        "POST ^?a=b", "POST ^/", "PUT ^",
    ]

    private func read(_ line: String) throws -> RequestReading {
        let parts = line.replacing("~", with: Self.request).replacing("^", with: Self.feedback)
            .replacing("#", with: Self.token).split(separator: " ")
        return try reading(String(parts[1]), String(parts[0]))
    }

    @Test(arguments: known)
    func `knows the links that JSM mails`(line: String) throws {
        let reading = try read(line)
        #expect(reading.kind == .mailLink)
        #expect(reading.names.portals == [3])
        #expect(reading.names.projects == ["SUP"])
    }

    @Test(arguments: others)
    func `takes nothing else for one`(line: String) throws {
        #expect(try read(line).kind != .mailLink)
    }

    @Test func `is not met on another path`() throws {
        #expect(try reading("/servicedesk/customer/portal/3/create/25/unsubscribe?jwt=" + Self.token).kind == .unknown)
        #expect(try reading("/servicedesk/customer/user/visitportal?token=" + Self.token).kind == .signInPage)
    }
}
