import { wordKey } from './words.ts';

const yesWords = new Set(
  (
    '1,true,yes,y,t,on,ja,j,wahr,si,s,oui,o,vrai,sim,da,да,д,есть,так,є,tak,ano,evet,ναι,kyllä,vero,igen,x,' +
    'available,included'
  )
    .split(',')
    .map(wordKey),
);
const noWords = new Set(
  '0,false,no,n,f,off,nein,falsch,non,faux,nao,нет,ні,нема,nie,ne,hayir,hayır,οχι,nej,nei,ei,nee,nem,nu,falso,none'
    .split(',')
    .map(wordKey),
);

/** `1`, `Ja`, `1.0`, `-1` (Visual Basic) are true; `0`, `нет` false; else null. */
export function parseBoolean(text: string): boolean | null {
  const trimmed = text.trim();
  if (trimmed === '+' || trimmed === '-1' || trimmed === '✓') return true;
  if (trimmed === '-') return false;
  const key = wordKey(trimmed).replace(/^([01]) 0+$/, '$1');
  if (yesWords.has(key)) return true;
  return noWords.has(key) ? false : null;
}
