// sample_offers.mjs: offers in the languages that the accessibility tests read aloud: words as advertisers write them.
// Knows neither links nor prices.
// SPDX-License-Identifier: MIT

const samples = {
  en: [
    ['Harbour Bank', 'A current account with no monthly fee, opened in eight minutes', 'Open an account'],
    ['Lumen Pay', 'Send money abroad at the real exchange rate', 'Try it free'],
    ['Parcel & Co', '20 % off your first order, delivered tomorrow', 'Shop the sale'],
  ],
  ar: [
    ['بنك الميناء', 'حساب جارٍ بلا رسوم شهرية يُفتح في ثماني دقائق', 'افتح حسابك'],
    ['لومن باي', 'أرسل المال إلى الخارج بسعر الصرف الحقيقي', 'جرّبه مجانًا'],
    ['طرود وشركاه', 'خصم 20٪ على طلبك الأول، ويصلك غدًا', 'تسوّق الآن'],
  ],
  ja: [
    ['みなと銀行', '月額手数料なしの口座を、最短8分で開設できます', '口座を開く'],
    ['ルーメンペイ', '実際の為替レートで海外に送金できます', '無料で試す'],
    ['パーセル商店', '初回のご注文が20％引き、翌日にお届けします', 'セールを見る'],
  ],
};

// `count` offers of `language`, the first of them premium. From the fourth on they are the same again, numbered.
export function sampleOffers(language, count) {
  const words = samples[language] ?? samples.en;
  return Array.from({ length: count }, (_, index) => {
    const [brand, headline, cta] = words[index % words.length];
    const number = Math.floor(index / words.length);
    return { brand: number === 0 ? brand : `${brand} ${number + 1}`, headline, cta, premium: index === 0 };
  });
}
