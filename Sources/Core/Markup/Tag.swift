/// An element of HTML that the parser knows, in alphabetical order. Others have no rules of their own.
enum Tag: UInt8, CaseIterable {
  case a
  case abbr
  case address
  case applet
  case area
  case article
  case aside
  case audio
  case b
  case base
  case basefont
  case bdi
  case bdo
  case bgsound
  case big
  case blockquote
  case body
  case br
  case button
  case canvas
  case caption
  case center
  case cite
  case code
  case col
  case colgroup
  case data
  case datalist
  case dd
  case del
  case desc
  case details
  case dfn
  case dialog
  case dir
  case div
  case dl
  case dt
  case em
  case embed
  case fieldset
  case figcaption
  case figure
  case font
  case footer
  case foreignobject
  case form
  case frame
  case frameset
  case h1
  case h2
  case h3
  case h4
  case h5
  case h6
  case head
  case header
  case hgroup
  case hr
  case html
  case i
  case iframe
  case image
  case img
  case input
  case ins
  case kbd
  case keygen
  case label
  case legend
  case li
  case link
  case listing
  case main
  case map
  case mark
  case marquee
  case math
  case menu
  case meta
  case mi
  case mn
  case mo
  case ms
  case mtext
  case nav
  case nobr
  case noembed
  case noframes
  case noscript
  case object
  case ol
  case optgroup
  case option
  case output
  case p
  case param
  case picture
  case plaintext
  case pre
  case q
  case rb
  case rp
  case rt
  case rtc
  case ruby
  case s
  case samp
  case script
  case search
  case section
  case select
  case small
  case source
  case span
  case strike
  case strong
  case style
  case sub
  case summary
  case sup
  case svg
  case table
  case tbody
  case td
  case template
  case textarea
  case tfoot
  case th
  case thead
  case time
  case title
  case tr
  case track
  case tt
  case u
  case ul
  case `var`
  case video
  case wbr
  case xmp
  /// An element that HTML does not know.
  case other
  /// An element of SVG or MathML, which the rules of HTML do not mean, whatever its name is.
  case foreign
}

extension Tag {
  /// The names, each ended by NUL, in the order of the cases.
  static let names: StaticString =
    """
    a\0abbr\0address\0applet\0area\0article\0aside\0audio\0b\0base\0basefont\0bdi\0bdo\0bgsound\0big\0blockquote\0\
    body\0br\0button\0canvas\0caption\0center\0cite\0code\0col\0colgroup\0data\0datalist\0dd\0del\0desc\0details\0\
    dfn\0dialog\0dir\0div\0dl\0dt\0em\0embed\0fieldset\0figcaption\0figure\0font\0footer\0foreignobject\0form\0\
    frame\0frameset\0h1\0h2\0h3\0h4\0h5\0h6\0head\0header\0hgroup\0hr\0html\0i\0iframe\0image\0img\0input\0ins\0\
    kbd\0keygen\0label\0legend\0li\0link\0listing\0main\0map\0mark\0marquee\0math\0menu\0meta\0mi\0mn\0mo\0ms\0\
    mtext\0nav\0nobr\0noembed\0noframes\0noscript\0object\0ol\0optgroup\0option\0output\0p\0param\0picture\0\
    plaintext\0pre\0q\0rb\0rp\0rt\0rtc\0ruby\0s\0samp\0script\0search\0section\0select\0small\0source\0span\0\
    strike\0strong\0style\0sub\0summary\0sup\0svg\0table\0tbody\0td\0template\0textarea\0tfoot\0th\0thead\0time\0\
    title\0tr\0track\0tt\0u\0ul\0var\0video\0wbr\0xmp\0
    """
}
