/// The characters of Big5 with Hong Kong's supplement that ICU 72's converter `ibm-1375_P100-2008` lacks or maps to private
/// use characters. Source: https://encoding.spec.whatwg.org/index-big5.txt
enum Big5Corrections {
  /// The characters, in the order of `codes`.
  private static let characters =
    """
    龗龖㇀㇁㇂㇃㇄㇅㇆㇇㇈㇉㇊㇋㇌㇍㇎⏚⏛龦龧龨龩龪龫龬龭龮龯龲龳箸簆糎緒縝者耨菁蒨萏覦覩起都銹靜響鼖蔃兙兛兝兞鍮瑹浧禛邗靝瀞嬨爁矗纇駖釔惞澶輶侻營鄄鷰菏尐秣婧輋筑拐恢痹汊鬮鼗僭弌蠏拎瑨煢牐␀␁␂␃␄␅␆␇␈␉␊␋␌␍␎\
    ␏␐␑␒␓␔␕␖␗␘␙␚␛␜␝␞␟␡廴无癶隶〃仝㇏龰龱倩偽包卄卿嘅婷幵廐彘悤撐晴杞沜渝港煮猪瑜瓩砉
    """

  /// The two bytes of each, in ascending order.
  private static let codes =
    """
    87A487AC8840884188428843884488468849884A884D884F8850885188528854885588A988AA8C438C6D8C748CB78CB98CBB8CC08CD7\
    8CD88CDA8CED8D488E698E6F8E7E8EAB8EB48ECD8ED08F578F698F6E8FCB8FCC8FFE906D907A90DC90F191BF924492AF92B092B192B2\
    92C892D1944794CA95D9964496ED96FC9B769B789B7B9BC69BDE9BEC9BF69C429C539C629C689C6B9C779CBC9CBD9CD09D579D5A9DC4\
    9EA99EEF9EFD9F609F669FCB9FD8A063A077A0D5A0DFA0E4A3C0A3C1A3C2A3C3A3C4A3C5A3C6A3C7A3C8A3C9A3CAA3CBA3CCA3CDA3CE\
    A3CFA3D0A3D1A3D2A3D3A3D4A3D5A3D6A3D7A3D8A3D9A3DAA3DBA3DCA3DDA3DEA3DFA3E0C6CFC6D3C6D5C6D7C6DEC6DFC879C8A1C8A3\
    FA5FFA66FABDFAC5FAD5FB48FBB8FBF3FBF9FC4FFC6CFCB9FCE2FCF1FDB7FDB8FDBBFDF1FE52FE6FFEAAFEDD
    """

  /// The characters by their two bytes, the first in the upper half. Made when the first page in Big5 is read.
  static let table: [UInt16: UInt32] = {
    var table: [UInt16: UInt32] = [:]
    var code = codes.utf8[...]
    for character in characters.unicodeScalars {
      if let key = UInt16(code.prefix(4).map { String(UnicodeScalar($0)) }.joined(), radix: 16) {
        table[key] = character.value
      }
      code = code.dropFirst(4)
    }
    return table
  }()
}
