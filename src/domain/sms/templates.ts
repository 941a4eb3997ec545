/** The text of the SMS in every language that comes with the function. */

/** `{app}` is the app's name, `{code}` the code, `{minutes}` how long the code is valid. */
export interface SmsTemplate {
  readonly text: string;
  /** In place of `text` when the app has no name. */
  readonly withoutApp: string;
}

/**
 * By BCP 47 tag. Where a language can be written in the GSM alphabet, its template is, since any
 * other letter shortens an SMS from 160 characters to 70: so no `ó` in Spanish and no `ç` in Portuguese.
 */
export const SMS_TEMPLATES: Readonly<Record<string, SmsTemplate>> = {
  en: {
    text: 'Your OTP for log in to {app} is {code}',
    withoutApp: 'Your OTP for log in is {code}',
  },
  ms: {
    text: 'OTP anda untuk log masuk ke {app} ialah {code}',
    withoutApp: 'OTP anda untuk log masuk ialah {code}',
  },
  zh: {
    text: '您登录{app}的验证码是 {code}',
    withoutApp: '您的登录验证码是 {code}',
  },
  'zh-Hant': {
    text: '您登入{app}的驗證碼是 {code}',
    withoutApp: '您的登入驗證碼是 {code}',
  },
  ta: {
    text: '{app} உள்நுழைவுக்கான உங்கள் OTP: {code}',
    withoutApp: 'உள்நுழைவுக்கான உங்கள் OTP: {code}',
  },
  id: {
    text: 'Kode OTP Anda untuk masuk ke {app} adalah {code}',
    withoutApp: 'Kode OTP Anda untuk masuk adalah {code}',
  },
  vi: {
    text: 'Mã OTP đăng nhập {app} của bạn là {code}',
    withoutApp: 'Mã OTP đăng nhập của bạn là {code}',
  },
  th: {
    text: 'รหัส OTP เข้าสู่ระบบ {app} ของคุณคือ {code}',
    withoutApp: 'รหัส OTP เข้าสู่ระบบของคุณคือ {code}',
  },
  hi: {
    text: '{app} में लॉग इन के लिए आपका OTP {code} है',
    withoutApp: 'लॉग इन के लिए आपका OTP {code} है',
  },
  ja: {
    text: '{app}のログイン認証コードは {code} です',
    withoutApp: 'ログイン認証コードは {code} です',
  },
  ko: {
    text: '{app} 로그인 인증번호: {code}',
    withoutApp: '로그인 인증번호: {code}',
  },
  es: {
    text: 'Tu clave para entrar en {app} es {code}',
    withoutApp: 'Tu clave para entrar es {code}',
  },
  pt: {
    text: 'O seu PIN para entrar em {app} é {code}',
    withoutApp: 'O seu PIN para entrar é {code}',
  },
  fr: {
    text: 'Votre code pour vous connecter à {app} est {code}',
    withoutApp: 'Votre code de connexion est {code}',
  },
  de: {
    text: 'Ihr Code für die Anmeldung bei {app} ist {code}',
    withoutApp: 'Ihr Code für die Anmeldung ist {code}',
  },
  ar: {
    text: 'رمز التحقق لتسجيل الدخول إلى {app} هو {code}',
    withoutApp: 'رمز التحقق لتسجيل الدخول هو {code}',
  },
};
