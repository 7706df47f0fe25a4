import FrontConformance
import ServiceManagement
import Testing

struct PortalFormTests {
    static let contexts = ["", "/jira"]

    @Test(arguments: contexts) func `names portal 7 in every form that names it`(context: String) {
        let forms = PortalForms(naming: .seven(context), beside: .three(context)).all
        #expect(forms.count > 4000)
        let open = forms.filter { form in
            guard case .read(let kind, let names) = FormVerdict(form, URLGrammar(contextPath: context)) else {
                return false
            }
            // Whoever sees 3 only is refused what is not all of 3, and what is nothing that is known.
            return kind == .asset || kind == .mailLink || kind != .unknown && PortalNames.three(context).holds(names)
        }
        #expect(open.map(\.name) == [])
    }

    @Test(arguments: contexts) func `names nothing but portal 3 in every form that names it`(context: String) {
        let forms = PortalForms(naming: .three(context), beside: .three(context)).all
        #expect(forms.count > 4000)
        let refused = forms.filter { form in
            guard case .read(let kind, let names) = FormVerdict(form, URLGrammar(contextPath: context)) else {
                return true
            }
            return kind != .portal && kind != .common || names.isEmpty || !PortalNames.three(context).holds(names)
        }
        #expect(refused.map(\.name) == [])
    }

    @Test func `needs the body only where the address names nothing`() {
        let blind = PortalForms(naming: .seven(), beside: .three()).all.filter { form in
            guard !form.isBodyNeeded, let target = try? RequestTarget(form.target) else { return false }
            return PortalNames.three().holds(URLGrammar().read(target, method: form.method).names)
        }
        #expect(blind.map(\.name) == [])
    }

    @Test(arguments: contexts) func `refuses to everybody what has two readings`(context: String) {
        let forms = HostileForms.all(naming: .three(context))
        #expect(forms.count > 200)
        let read = forms.filter { form in
            guard case .read(let kind, let names) = FormVerdict(form, URLGrammar(contextPath: context)) else {
                return false
            }
            return kind != .unknown && !names.isUnreadable
        }
        #expect(read.map(\.name) == [])
    }

    @Test func `makes the same forms each time, and each once`() {
        let forms = PortalForms(naming: .seven(), beside: .three()).all
        #expect(forms == PortalForms(naming: .seven(), beside: .three()).all)
        #expect(Set(forms).count > forms.count * 9 / 10)
    }

    @Test(arguments: contexts) func `reads raw targets as it reads their segments`(context: String) throws {
        let grammar = URLGrammar(contextPath: context)
        let forms =
            PortalForms(naming: .seven(context), beside: .three(context)).all
            + HostileForms.all(naming: .three(context)) + AnonymousCorpus(portals: [.three(context)]).requests(4000)
        var compared = 0
        for form in forms where CanonicalPath.isCanonical(form.target) {
            let whole = try grammar.read(RequestTarget(form.target), method: form.method)
            #expect(grammar.read(canonical: form.target.utf8.span, method: form.method) == whole, "\(form.name)")
            compared += 1
        }
        #expect(compared > 7000)
    }
}
