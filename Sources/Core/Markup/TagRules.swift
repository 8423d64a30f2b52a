/// Properties of an element by which the parser and `Node.text` treat it.
struct TagRules: OptionSet {
  let rawValue: UInt32

  /// A browser shows it on its own lines, by its default style sheet.
  static let block = TagRules(rawValue: 1 << 0)
  /// A browser does not show its text.
  static let hidden = TagRules(rawValue: 1 << 1)
  /// "Special" (https://html.spec.whatwg.org/#special): an end tag does not reach over it.
  static let special = TagRules(rawValue: 1 << 2)
  /// Ends a scope (https://html.spec.whatwg.org/#has-an-element-in-scope).
  static let scope = TagRules(rawValue: 1 << 3)
  static let listItemScope = TagRules(rawValue: 1 << 4)
  static let buttonScope = TagRules(rawValue: 1 << 5)
  static let tableScope = TagRules(rawValue: 1 << 6)
  /// Opened again in the next paragraph if it was not closed.
  static let formatting = TagRules(rawValue: 1 << 7)
  /// Has no content and no end tag.
  static let void = TagRules(rawValue: 1 << 8)
  /// Its start tag closes an open `<p>`.
  static let closesParagraph = TagRules(rawValue: 1 << 9)
  /// Its end tag closes what is open within it.
  static let blockEnd = TagRules(rawValue: 1 << 10)
  /// Its end tag may be missing.
  static let impliedEnd = TagRules(rawValue: 1 << 11)
  /// Its start tag ends foreign content (https://html.spec.whatwg.org/#parsing-main-inforeign).
  static let breakout = TagRules(rawValue: 1 << 12)
  /// Belongs into the head.
  static let head = TagRules(rawValue: 1 << 13)
  /// Its content is text up to its end tag.
  static let rawText = TagRules(rawValue: 1 << 14)
  static let heading = TagRules(rawValue: 1 << 15)
  /// Text in it, outside of cells, is shown before its table.
  static let fosters = TagRules(rawValue: 1 << 16)
}

extension Tag {
  /// The rules of the element.
  var rules: TagRules {
    switch self {
    case .address, .article, .aside, .blockquote, .center, .details, .dir, .div, .dl, .fieldset, .figcaption, .figure,
      .footer, .header, .hgroup, .main, .menu, .nav, .ol, .search, .section, .summary, .ul:
      common.union([.block, .special, .closesParagraph, .blockEnd])
    case .dialog: [.block, .closesParagraph, .blockEnd]
    case .listing, .pre: common.union([.block, .special, .closesParagraph, .blockEnd])
    case .p: [.block, .special, .closesParagraph, .impliedEnd, .breakout]
    case .h1, .h2, .h3, .h4, .h5, .h6: [.block, .special, .heading, .breakout]
    case .li, .dd, .dt: [.block, .special, .impliedEnd, .breakout]
    case .optgroup, .option: [.block, .impliedEnd]
    case .rb, .rt, .rtc: [.impliedEnd]
    case .rp: [.impliedEnd, .hidden]
    case .a: [.formatting]
    case .b, .big, .code, .em, .i, .nobr, .s, .small, .strike, .strong, .tt, .u: [.formatting, .breakout]
    case .font: [.formatting]
    case .form: [.block, .special]
    case .body: [.block, .special, .breakout]
    case .br, .hr: [.block, .special, .void, .breakout]
    case .area, .input, .keygen, .source, .track, .wbr: [.special, .void]
    case .param: [.special, .void, .hidden]
    case .embed, .img: [.special, .void, .breakout]
    case .base, .basefont, .bgsound, .link: [.special, .void, .head, .hidden]
    case .meta: [.special, .void, .head, .hidden, .breakout]
    case .title, .style, .script, .noframes: [.special, .head, .rawText, .hidden]
    case .iframe, .noembed, .noscript, .xmp: [.special, .rawText, self == .xmp ? .block : .hidden]
    case .textarea: [.special, .rawText]
    case .plaintext: [.block, .special]
    case .head: [.special, .hidden, .breakout]
    case .html: [.block, .special, .scope, .tableScope]
    case .template: [.special, .scope, .tableScope, .head, .hidden]
    case .table: [.block, .special, .scope, .tableScope, .breakout, .fosters]
    case .tbody, .tfoot, .thead, .tr: [.block, .special, .fosters]
    case .td, .th, .caption: [.block, .special, .scope]
    case .col: [.special, .void]
    case .colgroup: [.special]
    case .applet, .marquee, .object: [.special, .scope]
    case .audio, .canvas, .datalist, .video: [.hidden]
    case .button: [.special, .blockEnd, .buttonScope]
    case .select: [.special, .scope, .blockEnd]
    case .legend: [.block]
    case .frame, .frameset: [.special]
    case .ruby, .span, .sub, .sup, .var: [.breakout]
    default: []
    }
  }

  private var common: TagRules {
    var rules: TagRules = []
    switch self {
    case .ol, .ul: rules.formUnion([.listItemScope, .breakout])
    case .blockquote, .center, .div, .dl, .listing, .menu, .pre: rules.insert(.breakout)
    default: break
    }
    return rules
  }
}
